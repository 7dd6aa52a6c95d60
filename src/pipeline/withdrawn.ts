import {
  FactoryError,
  matchesPattern,
  withdrawalOf,
  type Decision,
  type DecisionsMet,
  type ReleaseRecord,
  type WithdrawDecision,
  type WithdrawnRelease,
} from '../model/index.ts';
import { findRelease } from '../stages/promote/index.ts';
import type { PlanDeps } from './deps.ts';
import { placesOf } from './plan-image.ts';

type CatalogDeps = Pick<
  PlanDeps,
  'catalog' | 'goldenPrefix' | 'registryAddress' | 'registry' | 'verify' | 'resolve'
>;

/**
 * A catalog that knows what it withdrew by digest too, so that the same content is recognized under whatever name it
 * comes again. Where a registry cannot say which release a tag is, its decision still counts for that tag.
 */
export async function knowWithdrawn<Deps extends CatalogDeps>(deps: Deps): Promise<Deps> {
  const named = deps.catalog.decisions
    .filter((decision) => decision.kind === 'withdraw')
    .filter(({ release }) => !release.startsWith('sha256:'));
  const byDigest: Decision[] = [];
  for (const decision of named) {
    byDigest.push(...(await digestsOf(decision, deps)));
  }
  const decisions = [...deps.catalog.decisions, ...byDigest];
  return { ...deps, catalog: { ...deps.catalog, decisions } };
}

async function digestsOf(decision: WithdrawDecision, deps: CatalogDeps): Promise<readonly Decision[]> {
  const images = deps.catalog.entries.filter(({ id }) => matchesPattern(id, decision.target));
  const found: (ReleaseRecord | 'unknown' | undefined)[] = [];
  for (const entry of images) {
    const { repository } = placesOf(entry, deps);
    found.push(await findOrWarn({ repository, track: entry.track }, decision, deps));
  }
  if (found.every((record) => record === undefined)) {
    const { file, release, target } = decision;
    deps.resolve.emit({
      kind: 'notice',
      level: 'warn',
      message: `${file} withdraws ${release}, but no release of ${target} is called so`,
    });
  }
  return found.flatMap((record) =>
    record === undefined || record === 'unknown' ? [] : [{ ...decision, release: record.digest }],
  );
}

async function findOrWarn(
  name: Parameters<typeof findRelease>[0],
  { file, release }: WithdrawDecision,
  deps: CatalogDeps,
): Promise<ReleaseRecord | 'unknown' | undefined> {
  try {
    return await findRelease(name, release, deps);
  } catch (error) {
    if (!(error instanceof FactoryError) || deps.resolve.signal.aborted) {
      throw error;
    }
    const message = `cannot look up what ${file} withdraws: ${error.message}`;
    deps.resolve.emit({ kind: 'notice', level: 'warn', message });
    return 'unknown';
  }
}

/** The decision by which what was built of an image's inputs is not made again; its track may have gone back from it too. */
export function withdrawalsMet(
  withdrawn: WithdrawnRelease | undefined,
  { catalog }: Pick<CatalogDeps, 'catalog'>,
): DecisionsMet {
  if (withdrawn === undefined) {
    return { asked: ['withdraw'], uses: [] };
  }
  const decision = withdrawalOf(catalog.decisions, { digest: withdrawn.digest });
  const what = `${withdrawn.tag} is not made again`;
  return { asked: ['withdraw'], uses: decision === undefined ? [] : [{ file: decision.file, what }] };
}
