import { indexesOf, newestPackage, type IndexedPackage } from '../debian/index.ts';
import {
  changelogIn,
  changelogKey,
  ofType,
  wantedChangelogs,
  type Changelogs,
  type WantedChangelog,
} from '../inspect/index.ts';
import {
  FactoryError,
  packagesOn,
  PLATFORMS,
  type LockedPackage,
  type PackageChange,
  type Platform,
} from '../model/index.ts';
import { architectureOf, PREDICATE_TYPE } from '../oci/index.ts';
import {
  openArchive,
  registryPlaces,
  sourceChangelog,
  type InputPlace,
  type ResolveDeps,
} from '../stages/resolve/index.ts';
import { parseLockPredicate } from '../stages/sign/index.ts';
import type { LocalRequest } from './factory.ts';
import type { Side } from './inspect-images.ts';
import type { Reader } from './open-reader.ts';

interface Sides {
  readonly before: Side;
  readonly after: Side;
}

interface ChangelogDeps extends Pick<LocalRequest, 'emit' | 'signal'> {
  readonly reader: Reader;
}

/**
 * The changelogs that say what changed: from the image itself; else from the packages that its lock names by digest, in
 * the cache, the archive or beside the image; else from the newest package of its Debian release. What is nowhere stays
 * unknown.
 */
export async function readChangelogs(
  changes: readonly PackageChange[],
  sides: Sides,
  deps: ChangelogDeps,
): Promise<Changelogs> {
  const found = new Map<string, string>();
  const places = { before: placesOf(sides.before, deps), after: placesOf(sides.after, deps) };
  const failures = new Set<string>();
  for (const wanted of wantedChangelogs(changes)) {
    try {
      const text = await firstText(wanted, places[wanted.side]);
      if (text !== undefined) {
        found.set(changelogKey(wanted), text);
      }
    } catch (error) {
      if (!(error instanceof FactoryError) || deps.signal.aborted) {
        throw error;
      }
      failures.add(error.message);
    }
  }
  for (const message of [...failures].slice(0, 1)) {
    const more = failures.size > 1 ? `, and ${String(failures.size - 1)} more` : '';
    deps.emit({ kind: 'notice', level: 'warn', message: `a changelog is missing: ${message}${more}` });
  }
  return found;
}

type ChangelogPlace = (wanted: WantedChangelog) => Promise<string | undefined>;

async function firstText(
  wanted: WantedChangelog,
  places: readonly ChangelogPlace[],
): Promise<string | undefined> {
  for (const place of places) {
    const text = await place(wanted);
    if (text !== undefined) {
      return text;
    }
  }
  return undefined;
}

function placesOf(side: Side, { reader }: ChangelogDeps): readonly ChangelogPlace[] {
  const { entries } = side.looked.image;
  const locked = lockedPackages(side);
  const codename = debianCodename(side);
  return [
    ({ packages }) => Promise.resolve(changelogIn(entries, packages)),
    async ({ source }) => {
      const ofSource = locked.filter((each) => each.source.name === source);
      return ofSource.length === 0
        ? undefined
        : sourceChangelog(ofSource, { ...(await reader.resolve()), copies: copiesBeside(side, reader) });
    },
    async ({ packages }) => {
      const newest = await newestPackages(packages, { side, codename }, await reader.resolve());
      return newest.length === 0 ? undefined : sourceChangelog(newest, await reader.resolve());
    },
  ];
}

/** What the image was made of, by its lock; whoever signed that, the packages are what their digests say. */
function lockedPackages({ statements, name }: Side): readonly LockedPackage[] {
  const predicate = ofType(statements, PREDICATE_TYPE.lock)[0]?.predicate;
  if (predicate === undefined) {
    return [];
  }
  const platforms = parseLockPredicate(predicate).lock.platforms;
  return platforms.filter(({ platform }) => platform === name.platform).flatMap(packagesOn);
}

/** `publish` keeps a copy of every input in the image's own repository. */
function copiesBeside({ named }: Side, { registry }: Reader): readonly InputPlace[] {
  const { repository } = named.ref;
  const slash = repository.lastIndexOf('/');
  return registryPlaces(repository.slice(0, slash), [repository.slice(slash + 1)], registry);
}

/** os-release(5) */
function debianCodename({ looked }: Side): string | undefined {
  const { entries } = looked.image;
  const content = entries.get('/usr/lib/os-release')?.content ?? entries.get('/etc/os-release')?.content;
  const text = content?.toString('utf8') ?? '';
  const isDebian = /^ID="?debian"?$/m.test(text);
  return isDebian ? /^VERSION_CODENAME="?([a-z]+)"?$/m.exec(text)?.[1] : undefined;
}

/** The changelog of a newer version has the older entries too; an older one says nothing of what is wanted. */
async function newestPackages(
  names: readonly string[],
  { side, codename }: { readonly side: Side; readonly codename: string | undefined },
  resolve: ResolveDeps,
): Promise<readonly LockedPackage[]> {
  const platform = PLATFORMS.find((each: Platform) => each === side.name.platform);
  if (codename === undefined || platform === undefined) {
    return [];
  }
  const architecture = architectureOf(platform);
  const suites = await openArchive({ architectures: [architecture] }, resolve).release(codename);
  const found = names.map((name): IndexedPackage | undefined =>
    newestPackage(indexesOf(suites, architecture), { name, architecture }),
  );
  return found.flatMap((each) => (each === undefined ? [] : [{ ...each, requestedBy: [] }]));
}
