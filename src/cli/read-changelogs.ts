import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { indexesOf, newestPackage, type IndexedPackage } from '../debian/index.ts';
import {
  changelogIn,
  changelogKey,
  ofType,
  sameSource,
  wantedChangelogs,
  type Changelogs,
  type WantedChangelog,
} from '../inspect/index.ts';
import {
  FactoryError,
  mapInPool,
  once,
  packagesOn,
  PLATFORMS,
  type DebianArchitecture,
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
  type OpenSuite,
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
 * the cache, the archive or beside the image; where no lock names them, from the newest package of its Debian release.
 * What is nowhere stays unknown.
 */
export async function readChangelogs(
  changes: readonly PackageChange[],
  sides: Sides,
  deps: ChangelogDeps,
): Promise<Changelogs> {
  const places = { before: placesOf(sides.before, deps), after: placesOf(sides.after, deps) };
  const asked = await mapInPool(pLimit(availableParallelism()), wantedChangelogs(changes), (wanted) =>
    readOne(wanted, places[wanted.side], deps.signal),
  );
  const failures = new Set(asked.flatMap(({ failure }) => failure ?? []));
  for (const message of [...failures].slice(0, 1)) {
    const more = failures.size > 1 ? `, and ${String(failures.size - 1)} more` : '';
    deps.emit({ kind: 'notice', level: 'warn', message: `a changelog is missing: ${message}${more}` });
  }
  return new Map(
    asked.flatMap(({ wanted, text }) => (text === undefined ? [] : [[changelogKey(wanted), text] as const])),
  );
}

interface AskedChangelog {
  readonly wanted: WantedChangelog;
  readonly text?: string | undefined;
  /** Why it could not be read, in words. */
  readonly failure?: string;
}

async function readOne(
  wanted: WantedChangelog,
  places: readonly ChangelogPlace[],
  signal: AbortSignal,
): Promise<AskedChangelog> {
  try {
    return { wanted, text: await firstText(wanted, places) };
  } catch (error) {
    if (!(error instanceof FactoryError) || signal.aborted) {
      throw error;
    }
    return { wanted, failure: error.message };
  }
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
  const suites = once(() => newestSuites(side, reader));
  return [
    ({ packages }) => Promise.resolve(changelogIn(entries, packages)),
    async ({ packages }) => {
      const ofSource = sameSource(locked, packages);
      if (ofSource.length > 0) {
        return sourceChangelog(ofSource, { ...(await reader.resolve()), copies: copiesBeside(side, reader) });
      }
      const newest = newestPackages(packages, await suites());
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

interface NewestSuites {
  readonly architecture: DebianArchitecture;
  readonly suites: readonly OpenSuite[];
}

/** Of the Debian release that the image is of; undefined for what is of none. */
async function newestSuites(side: Side, reader: Reader): Promise<NewestSuites | undefined> {
  const codename = debianCodename(side);
  const platform = PLATFORMS.find((each: Platform) => each === side.name.platform);
  if (codename === undefined || platform === undefined) {
    return undefined;
  }
  const architecture = architectureOf(platform);
  const archive = openArchive({ architectures: [architecture] }, await reader.resolve());
  return { architecture, suites: await archive.release(codename) };
}

/** The changelog of a newer version has the older entries too; an older one says nothing of what is wanted. */
function newestPackages(
  names: readonly string[],
  opened: NewestSuites | undefined,
): readonly LockedPackage[] {
  if (opened === undefined) {
    return [];
  }
  const { architecture, suites } = opened;
  const found = names.map((name): IndexedPackage | undefined =>
    newestPackage(indexesOf(suites, architecture), { name, architecture }),
  );
  return found.flatMap((each) => (each === undefined ? [] : [{ ...each, requestedBy: [] }]));
}
