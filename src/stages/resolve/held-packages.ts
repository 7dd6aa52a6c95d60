import {
  holdsOf,
  indexesOf,
  isAsHeld,
  newestPackage,
  readControl,
  type KnownPackage,
  type PackageHold,
} from '../../debian/index.ts';
import {
  FactoryError,
  packagesOn,
  type HoldDecision,
  type Lock,
  type LockedPackage,
  type LockedPlatform,
  type Platform,
} from '../../model/index.ts';
import { architectureOf } from '../../oci/index.ts';
import { digestOf } from './content-digest.ts';
import type { ResolveDeps } from './deps.ts';
import type { InputPlace } from './input-places.ts';
import type { OpenSuite } from './open-archive.ts';

/** What a person decided about the versions of an image's packages. */
export interface Held {
  readonly decisions: readonly HoldDecision[];
  /**
   * What the image was made of before: an archive has only the newest version of a suite. From a signed attestation, or
   * a file reviewed in git. Asked for only where something is held.
   */
  readonly previous: () => Promise<Lock | undefined>;
  /** Where .debs are that no archive has any more. */
  readonly copies?: readonly InputPlace[];
}

/** What an image's closures are chosen by. */
export interface HeldPackages {
  readonly holds: readonly PackageHold[];
  readonly known: ReadonlyMap<Platform, readonly KnownPackage[]>;
}

export const NOTHING_HELD: HeldPackages = { holds: [], known: new Map() };

/**
 * Held packages that the open indexes have no more, from the lock of the release before: it is signed or reviewed, and
 * names each .deb by digest. What such a package depends on is in the .deb itself.
 */
export async function findHeld(
  held: Held | undefined,
  platforms: readonly Platform[],
  { suites, ...deps }: Pick<ResolveDeps, 'packages' | 'cache'> & { readonly suites: readonly OpenSuite[] },
): Promise<HeldPackages> {
  if (held === undefined || held.decisions.length === 0) {
    return NOTHING_HELD;
  }
  const holds = toHolds(held.decisions);
  const previous = await held.previous();
  const known = new Map<Platform, readonly KnownPackage[]>();
  for (const platform of platforms) {
    const before = previous?.platforms.find((each) => each.platform === platform);
    const gone = before === undefined ? [] : goneFrom(before, { suites, holds });
    const packages: KnownPackage[] = [];
    for (const locked of gone) {
      packages.push(await toKnown(locked, held.copies, deps));
    }
    known.set(platform, packages);
  }
  return { holds, known };
}

export function toHolds(decisions: readonly HoldDecision[]): readonly PackageHold[] {
  return decisions.map(({ package: name, version, file }) => ({ package: name, version, by: file }));
}

function goneFrom(
  before: LockedPlatform,
  { suites, holds }: { readonly suites: readonly OpenSuite[]; readonly holds: readonly PackageHold[] },
): readonly LockedPackage[] {
  const indexes = indexesOf(suites, architectureOf(before.platform));
  return packagesOn(before)
    .filter((locked) => holdsOf(locked, holds).length > 0 && isAsHeld(locked, holds))
    .filter(
      ({ name, version }) =>
        !indexes.some(({ index }) => index.stanzas(name).some((stanza) => stanza.get('version') === version)),
    );
}

async function toKnown(
  { requestedBy: _, ...locked }: LockedPackage,
  copies: readonly InputPlace[] | undefined,
  { packages, cache }: Pick<ResolveDeps, 'packages' | 'cache'>,
): Promise<KnownPackage> {
  await packages.fetch([{ ...locked, requestedBy: [] }], copies === undefined ? {} : { copies });
  const bytes = await cache.readRange(digestOf(locked.sha256), { offset: 0, length: locked.size });
  return { package: locked, control: await readControl(bytes, `"${locked.name}" ${locked.version}`) };
}

/** What a run's report says of what a decision keeps back, each decision once. */
export function heldNotices(
  decisions: readonly HoldDecision[],
  platforms: readonly LockedPlatform[],
  suites: readonly OpenSuite[],
): readonly string[] {
  return decisions.flatMap((decision) => {
    const newest = new Set(platforms.flatMap((platform) => newestOf(decision, platform, suites)));
    const others = [...newest].filter((version) => version !== decision.version);
    const { package: name, version, file, expires } = decision;
    const archive = others.length === 0 ? '' : `; the archive has ${others.join(' and ')}`;
    return newest.size === 0 ? [] : [`${name} is held at ${version} by ${file} until ${expires}${archive}`];
  });
}

/** Versions that one platform would have of what is held; none where the image has nothing of it. */
function newestOf(
  decision: HoldDecision,
  platform: LockedPlatform,
  suites: readonly OpenSuite[],
): readonly string[] {
  const architecture = architectureOf(platform.platform);
  const indexes = indexesOf(suites, architecture);
  return packagesOn(platform)
    .filter((locked) => holdsOf(locked, toHolds([decision])).length > 0)
    .map((locked) => {
      const newest = newestPackage(indexes, { name: locked.name, architecture }) ?? locked;
      return decision.package === locked.name ? newest.version : newest.source.version;
    });
}

/** A reviewed lock was made before somebody decided to hold a package. */
export function assertAsHeld(lock: Lock, decisions: readonly HoldDecision[]): void {
  const holds = toHolds(decisions);
  const wrong = lock.platforms.flatMap(packagesOn).find((locked) => !isAsHeld(locked, holds));
  if (wrong !== undefined) {
    const said = holdsOf(wrong, holds).map(({ version, by }) => `${version} by ${by}`);
    throw new FactoryError(
      'LOCK_STALE',
      `cannot build "${lock.image}" as locked: expected ${wrong.name} held at ${said.join(' and ')}, got ${wrong.version}`,
      { hint: `run \`ingot lock ${lock.image}\`, and review what changed` },
    );
  }
}
