import pLimit from 'p-limit';
import type { EcrRegistry } from '../host/aws/ecr.ts';
import {
  explainError,
  FactoryError,
  isInEcr,
  type Catalog,
  type EcrDrift,
  type EcrTarget,
  type Target,
} from '../model/index.ts';
import { ECR_REPOSITORIES } from './commands/ecr-plan.ts';
import type { CommandContext } from './context.ts';

/**
 * Whether the registry is as the catalog says, as far as one call for each repository tells in one night. A registry
 * that cannot be looked at fails no run. Undefined where it is not of AWS's.
 */
export async function findDrift(
  catalog: Catalog,
  target: Target,
  context: Pick<CommandContext, 'environment' | 'cwd' | 'startedAt' | 'signal' | 'emit' | 'openers'>,
): Promise<EcrDrift | undefined> {
  if (!isInEcr(target)) {
    return undefined;
  }
  const registry = await context.openers.openEcr({ ...context, region: target.ecr.region });
  try {
    return await compare(catalog, target, { registry, now: context.startedAt });
  } catch (error) {
    const failure = explainError(error, context.signal);
    if (!(failure instanceof FactoryError)) {
      throw failure;
    }
    return { kind: 'unknown', error: failure };
  } finally {
    registry.close();
  }
}

async function compare(
  catalog: Catalog,
  target: EcrTarget,
  { registry, now }: { readonly registry: EcrRegistry; readonly now: Date },
): Promise<EcrDrift> {
  const { desiredRegistry, driftOf, lookOfNight, planRegistry, readRegistry, retentionsOf } =
    await import('../ecr/index.ts');
  const desired = desiredRegistry(catalog, target, now);
  const broken = new Set(catalog.broken.map(({ repository }) => repository));
  // tags of an image that cannot be read are not known
  const known = [...desired.repositories].filter(
    ([name]) => !broken.has(name.slice(name.lastIndexOf('/') + 1)),
  );
  const look = lookOfNight({ ...desired, repositories: new Map(known) }, now);
  const actual = await readRegistry(look.request, { registry, pool: pLimit(ECR_REPOSITORIES) });
  const plan = planRegistry(target.name, look.desired, actual);
  const differences = driftOf(plan, { now, retentions: retentionsOf(catalog, target) });
  return { kind: 'checked', differences, left: look.left };
}
