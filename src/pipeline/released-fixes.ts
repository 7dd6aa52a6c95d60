import { FactoryError, packagesOn } from '../model/index.ts';
import type { ImageOutcome, LockedPackage, ReleasedFix } from '../model/index.ts';
import type { RunningDeps } from './deps.ts';
import type { PlannedImage } from './plan-image.ts';
import { isSecurityUpdate } from './why-due.ts';

type FixDeps = Pick<RunningDeps, 'resolve' | 'run' | 'emit'>;

/** Adds what a release fixed, and since when that was to be had. That nobody can say stops no release. */
export async function withFixes(
  outcome: ImageOutcome,
  { rendered, due }: Pick<PlannedImage, 'rendered' | 'due'>,
  deps: FixDeps,
): Promise<ImageOutcome> {
  const updated = new Set((due?.reasons ?? []).filter(isSecurityUpdate).map(({ name }) => name));
  if (outcome.kind !== 'released' || updated.size === 0) {
    return outcome;
  }
  const releasedAt = deps.run.now().toISOString();
  const packages = rendered.locked.lock.platforms
    .flatMap(packagesOn)
    .filter(({ name, archive }) => archive === 'debian-security' && updated.has(name));
  try {
    const fixes = fixesIn(packages, await deps.resolve.packages.dates(packages));
    return { ...outcome, fixes: fixes.map((fix) => ({ ...fix, releasedAt })) };
  } catch (error) {
    if (!(error instanceof FactoryError)) {
      throw error;
    }
    const message = `${outcome.id}: cannot say since when its fixes are out: ${error.message}`;
    deps.emit({ kind: 'notice', level: 'warn', message });
    return outcome;
  }
}

/** One for each source, since its first package. */
function fixesIn(
  packages: readonly LockedPackage[],
  dates: ReadonlyMap<string, number>,
): readonly Omit<ReleasedFix, 'releasedAt'>[] {
  const bySource = Map.groupBy(packages, ({ source }) => `${source.name} ${source.version}`);
  return [...bySource]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, each]) => {
      const known = each.flatMap(({ sha256 }) => dates.get(sha256) ?? []);
      const [first] = each;
      return first === undefined || known.length === 0
        ? []
        : [
            {
              source: first.source.name,
              version: first.source.version,
              since: new Date(Math.min(...known) * 1000).toISOString(),
            },
          ];
    });
}
