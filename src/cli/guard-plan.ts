import pLimit from 'p-limit';
import {
  parseLifecyclePolicy,
  usedText,
  type LifecyclePolicy,
  type RepositoryPreview,
} from '../ecr/index.ts';
import { FactoryError, InternalError, type EcrPlan } from '../model/index.ts';
import { ECR_REPOSITORIES } from './commands/ecr-plan.ts';
import type { CommandContext } from './context.ts';
import { findRunning, isAskedForUse, type InUseFlags } from './find-running.ts';
import { previewRepositories } from './preview-repositories.ts';

/**
 * Refuses a plan by whose lifecycle policies something would go that is in use; or has it kept by a tag. Repositories
 * that are yet to be made hold nothing.
 */
export async function guardPlan(plan: EcrPlan, flags: InUseFlags, context: CommandContext): Promise<void> {
  const policies = plannedPolicies(plan);
  if (policies.size === 0) {
    return;
  }
  if (!isAskedForUse(flags)) {
    const names = [...policies.keys()].join(', ');
    const message = `lifecycle policies are set without a look at what is in use, as neither --in-use nor --kube-context says it: ${names}`;
    context.emit({ kind: 'notice', level: 'warn', message });
    return;
  }
  await using access = await context.openers.openLifecycle({ ...context, region: plan.region });
  const inUse = await findRunning(flags, context, access);
  const previews = await previewRepositories(
    { account: plan.account, policies, inUse, isKeeping: flags.keep === true, isComparing: false },
    { access, pool: pLimit(ECR_REPOSITORIES), emit: context.emit, startedAt: context.startedAt },
  );
  tellKept(previews, context);
  assertNoneGoes(previews, plan);
}

function plannedPolicies({ resources }: EcrPlan): ReadonlyMap<string, LifecyclePolicy> {
  const policies = resources.flatMap((planned): readonly (readonly [string, LifecyclePolicy])[] => {
    const changes = planned.action === 'change' ? planned.changes : [];
    const { repository = '' } = planned;
    return changes.flatMap((change) =>
      change.field === 'lifecycle' ? [[repository, policyOf(JSON.stringify(change.to))] as const] : [],
    );
  });
  return new Map(policies);
}

function policyOf(text: string): LifecyclePolicy {
  const parsed = parseLifecyclePolicy(text);
  if (parsed.kind === 'refused') {
    throw new InternalError(`a plan with a lifecycle policy that ECR refuses: ${parsed.problems.join('; ')}`);
  }
  return parsed.policy;
}

function tellKept(previews: readonly RepositoryPreview[], { emit }: Pick<CommandContext, 'emit'>): void {
  for (const { repository, kept } of previews) {
    for (const each of kept) {
      const message = `${repository}: ${usedText(each)}: kept by tag ${each.keep.tag}`;
      emit({ kind: 'notice', level: 'info', message });
    }
  }
}

function assertNoneGoes(previews: readonly RepositoryPreview[], { target }: EcrPlan): void {
  const lines = previews.flatMap(({ repository, endangered }) =>
    endangered.map((each) => `  ${repository}: ${usedText(each)}`),
  );
  if (lines.length > 0) {
    throw new FactoryError(
      'ECR_IN_USE',
      `cannot apply the plan: its lifecycle policies would take what is in use,\n${lines.join('\n')}`,
      {
        hint: `nothing was changed; --keep tags them so that they stay, or keep more by "retention" of target "${target}"`,
      },
    );
  }
}
