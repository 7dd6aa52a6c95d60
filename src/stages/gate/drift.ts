import type { DriftChange, Platform, PlatformContent, Surface } from '../../model/index.ts';
import type { Compared } from './facts.ts';
import { changedOrigins, type OriginPart } from './origin.ts';

/** One thing that is not as it was in the release before. */
export interface Drift {
  readonly change: DriftChange;
  /** Package, path, `8080/tcp`, or the platform that grew. */
  readonly subject: string;
  readonly platforms: readonly Platform[];
  /** What it says beside its subject: how much it grew. */
  readonly detail?: string;
}

/** What differs between a release and what shall come after it. */
export interface Drifts {
  /** Nobody changed anything that would explain it. */
  readonly unexplained: readonly Drift[];
  /** Somebody changed the catalog or a stack, which was reviewed: it is only told. */
  readonly explained: readonly Drift[];
  /** What was changed: `catalog entry`. */
  readonly changed: readonly OriginPart[];
  /** What could not be compared, as the release does not tell. */
  readonly unknown: readonly string[];
}

/** Parts of the origin that explain a change. What an image is tested with says nothing of what it holds. */
const EXPLAINED_BY: Readonly<Record<DriftChange, readonly OriginPart[]>> = {
  'package-added': ['catalog entry', 'stack files', 'Dockerfile'],
  'package-removed': ['catalog entry', 'stack files', 'Dockerfile'],
  'setuid-file': ['catalog entry', 'stack files', 'Dockerfile'],
  executable: ['catalog entry', 'stack files', 'Dockerfile'],
  'open-port': ['catalog entry', 'stack files', 'Dockerfile', 'tests'],
  'size-growth': ['catalog entry', 'stack files', 'Dockerfile', 'compression'],
};

/** Growth below this is a patch, whatever its percentage: of an image of 2 MB, everything is a lot. */
const FREE_GROWTH_BYTES = 5_000_000;

/**
 * Compares platform by platform: versions may move, files may change, but what is there stays. A platform that only one
 * of the two has is a change of the catalog.
 */
export function driftsOf(
  contents: readonly PlatformContent[],
  { origin, dockerfileOf, previous }: Compared,
  maxGrowthPercent: number,
): Drifts {
  const pairs = contents.flatMap((now) => {
    const before = previous.contents.find(({ platform }) => platform === now.platform);
    return before === undefined ? [] : [{ before, now }];
  });
  const changed = changedOrigins({ origin, dockerfileOf, previous });
  const drifts = merged(pairs.flatMap((pair) => pairDrifts(pair, maxGrowthPercent)));
  return {
    unexplained: drifts.filter((drift) => !isExplained(drift, changed)),
    explained: drifts.filter((drift) => isExplained(drift, changed)),
    changed,
    unknown: pairs.flatMap(unknownIn),
  };
}

function isExplained({ change }: Drift, changed: readonly OriginPart[]): boolean {
  return EXPLAINED_BY[change].some((part) => changed.includes(part));
}

interface Pair {
  readonly before: PlatformContent;
  readonly now: PlatformContent;
}

function pairDrifts({ before, now }: Pair, maxGrowthPercent: number): readonly Drift[] {
  const subjects = {
    'package-added': missingIn(packageNames(before), packageNames(now)),
    'package-removed': missingIn(packageNames(now), packageNames(before)),
    'setuid-file': appeared('setuidFiles', before, now),
    executable: appeared('executables', before, now),
    'open-port': appeared('openPorts', before, now),
  } as const;
  const changes = Object.keys(subjects) as (keyof typeof subjects)[];
  return [
    ...changes.flatMap((change) =>
      subjects[change].map((subject) => ({ change, subject, platforms: [now.platform] })),
    ),
    ...growth(before, now, maxGrowthPercent),
  ];
}

function packageNames({ packages }: PlatformContent): readonly string[] {
  return packages.map(({ name }) => name);
}

/** Nothing appeared where the one before does not tell what it had. */
function appeared(field: keyof Surface, before: PlatformContent, now: PlatformContent): readonly string[] {
  const known = before.surface?.[field];
  return known === undefined ? [] : missingIn(known, now.surface?.[field] ?? []);
}

function missingIn(known: readonly string[], found: readonly string[]): readonly string[] {
  const set = new Set(known);
  return [...new Set(found)].filter((each) => !set.has(each)).sort();
}

function growth(before: PlatformContent, now: PlatformContent, maxPercent: number): readonly Drift[] {
  const [was, is] = [before.sizes.compressed, now.sizes.compressed];
  const isAllowed = is - was <= FREE_GROWTH_BYTES || is <= was * (1 + maxPercent / 100);
  const detail = `${megabytes(was)} before, ${megabytes(is)} now, expected at most ${maxPercent} % more`;
  return isAllowed
    ? []
    : [{ change: 'size-growth', subject: now.platform, platforms: [now.platform], detail }];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** The same on several platforms is one thing. */
function merged(drifts: readonly Drift[]): readonly Drift[] {
  const same = Map.groupBy(drifts, ({ change, subject }) => `${change} ${subject}`);
  return [...same.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [{ ...first, platforms: [first, ...others].flatMap(({ platforms }) => platforms) }],
  );
}

function unknownIn({ before, now }: Pair): readonly string[] {
  if (before.surface === undefined) {
    return [`${before.platform}: setuid files, programs and open ports`];
  }
  const isPortsUnknown = before.surface.openPorts === undefined && now.surface?.openPorts !== undefined;
  return isPortsUnknown ? [`${before.platform}: open ports`] : [];
}
