import {
  ecrResourceName,
  FactoryError,
  InternalError,
  mapInPool,
  repositoryArn,
  type EcrChange,
  type EcrField,
  type EcrFields,
  type EcrPlan,
  type Pool,
} from '../../model/index.ts';
import type { EcrRegistry } from '../../host/aws/ecr.ts';
import { failureOf, namingPrincipals, partlyApplied } from './apply-failure.ts';
import { progressOf, type PlannedWork } from './progress.ts';
import { readRegistry, wholeOf, type ActualRegistry } from './read-registry.ts';

export interface ApplyDeps {
  readonly registry: EcrRegistry;
  readonly pool: Pool;
  /** Told of every call that changed something. */
  readonly onDone: (done: EcrDone) => void;
}

/** One change that was made: of a field, or of the whole repository, which was made. */
export interface EcrDone {
  readonly repository?: string;
  readonly what: EcrField | 'created';
}

/**
 * Does what the plan says and nothing else. All is looked at before the first change: a resource that is neither as it
 * was when the plan was made, nor on its way from there, stops everything. A change that fails leaves other resources
 * alone. So it may be repeated after any failure.
 */
export async function applyPlan(plan: EcrPlan, deps: ApplyDeps): Promise<void> {
  const work = plan.resources.filter((planned) => planned.action === 'create' || planned.action === 'change');
  if (work.length === 0) {
    return;
  }
  const wanted = new Set(work.flatMap(({ repository }) => repository ?? []));
  const actual = await readRegistry({ account: plan.account, ...wholeOf(wanted) }, deps);
  const steps = stepsOf(plan, work, actual);
  const outcomes = await mapInPool(deps.pool, steps, (step) => failureOf(() => takeStep(step, deps)));
  const failures = outcomes.filter((failure) => failure !== undefined);
  if (failures.length > 0) {
    throw partlyApplied(failures, steps.length);
  }
}

/** What is left to do of one resource. */
interface Step {
  readonly repository?: string;
  readonly arn: string;
  readonly isNew: boolean;
  readonly changes: readonly EcrChange[];
}

function stepsOf(plan: EcrPlan, work: readonly PlannedWork[], actual: ActualRegistry): readonly Step[] {
  const moved: string[] = [];
  const steps = work.flatMap((planned): readonly Step[] => {
    const { repository } = planned;
    const fields = repository === undefined ? actual.settings : actual.repositories.get(repository);
    const progress = progressOf(planned, fields);
    if (progress.kind === 'moved') {
      moved.push(`${ecrResourceName(planned)} ${progress.why}`);
      return [];
    }
    const arn = repositoryArn(plan, repository ?? '');
    const name = repository === undefined ? {} : { repository };
    return [{ ...name, arn, isNew: fields === undefined, changes: progress.changes }];
  });
  if (moved.length > 0) {
    throw new FactoryError(
      'ECR_PLAN_OUTDATED',
      `cannot apply the plan: since it was made,\n${moved.map((line) => `  ${line}`).join('\n')}`,
      { hint: `nothing was changed; run \`ingot ecr plan --target ${plan.target}\` again, and read it` },
    );
  }
  return steps;
}

async function takeStep(step: Step, { registry, onDone }: ApplyDeps): Promise<void> {
  const { repository, isNew } = step;
  const name = repository === undefined ? {} : { repository };
  let { changes } = step;
  if (isNew && repository !== undefined) {
    const { encryption, mutability, tags } = valuesOf(changes);
    if (encryption === undefined || mutability === undefined || tags === undefined) {
      throw new InternalError(`a plan that creates "${repository}" without what it is created with`);
    }
    await registry.create({ name: repository, encryption, mutability, tags });
    onDone({ ...name, what: 'created' });
    changes = changes.filter(({ field }) => field === 'policy' || field === 'lifecycle');
  }
  for (const change of changes) {
    await makeChange(change, { repository: repository ?? '', arn: step.arn }, registry);
    onDone({ ...name, what: change.field });
  }
}

function valuesOf(changes: readonly EcrChange[]): EcrFields {
  return Object.fromEntries(changes.map(({ field, to }) => [field, to]));
}

async function makeChange(
  change: EcrChange,
  { repository, arn }: { readonly repository: string; readonly arn: string },
  registry: EcrRegistry,
): Promise<void> {
  switch (change.field) {
    case 'encryption':
      throw new InternalError(`a plan that changes how "${repository}" is encrypted`);
    case 'mutability':
      return registry.putMutability(repository, change.to);
    case 'tags':
      return registry.tag(arn, change.to);
    case 'policy':
      return namingPrincipals({
        repository,
        policy: change.to,
        set: () => registry.putPolicy(repository, JSON.stringify(change.to)),
      });
    case 'lifecycle':
      return registry.putLifecycle(repository, JSON.stringify(change.to));
    case 'scanning':
      return registry.putScanning(change.to);
    case 'blob-mounting':
      return registry.putBlobMounting(change.to);
  }
}
