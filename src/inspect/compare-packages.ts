import { compareVersions } from '../debian/index.ts';
import type { PackageChange, SourceChange } from '../model/index.ts';
import type { InstalledPackage } from './installed.ts';
import { compareText } from './read-packages.ts';

/** Software that comes from no package, as a lock names it. */
export interface UpstreamSoftware {
  readonly name: string;
  readonly version: string;
}

type Installed = Omit<InstalledPackage, 'files' | 'recordedIn'>;

/** Packages that were added, removed or have another version, by name. Nothing is said yet of what that fixed. */
export function comparePackages(
  before: readonly Installed[],
  after: readonly Installed[],
): readonly PackageChange[] {
  const old = byKey(before, sharedNames(before, after));
  const now = byKey(after, sharedNames(before, after));
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort(compareText)
    .flatMap((key) => toChange(old.get(key), now.get(key)) ?? []);
}

/** What each lock has, as packages: they have no source but themselves. */
export function toInstalled({ name, version }: UpstreamSoftware): Installed {
  return { kind: 'upstream', name, version, architecture: '', source: { name, version } };
}

/** Names that either side has more than once, for several architectures: those are told apart by theirs. */
function sharedNames(...sides: readonly (readonly Installed[])[]): ReadonlySet<string> {
  const names = sides.flatMap((side) => {
    const counted = Map.groupBy(side, nameKey);
    return [...counted].filter(([, found]) => found.length > 1).map(([key]) => key);
  });
  return new Set(names);
}

function nameKey({ kind, name }: Installed): string {
  return `${name} ${kind}`;
}

function byKey(side: readonly Installed[], shared: ReadonlySet<string>): ReadonlyMap<string, Installed> {
  return new Map(
    side.map((each) => {
      const key = nameKey(each);
      return [shared.has(key) ? `${key} ${each.architecture}` : key, each];
    }),
  );
}

function toChange(before: Installed | undefined, after: Installed | undefined): PackageChange | undefined {
  const known = after ?? before;
  if (known === undefined || before?.version === after?.version) {
    return undefined;
  }
  return {
    kind: known.kind,
    name: known.name,
    ...(before === undefined ? {} : { before: before.version }),
    ...(after === undefined ? {} : { after: after.version }),
    source: toSource(known.source.name, before, after),
    changelog: before === undefined || after === undefined ? 'not-asked' : 'unknown',
    fixed: [],
    introduced: [],
  };
}

function toSource(name: string, before: Installed | undefined, after: Installed | undefined): SourceChange {
  return {
    name,
    ...(before === undefined ? {} : { before: before.source.version }),
    ...(after === undefined ? {} : { after: after.source.version }),
  };
}

/** Which side's changelog has all that lies between the two versions: the newer one's. */
export type Direction = 'upgrade' | 'downgrade' | 'same-source';

/** Undefined where there are no two Debian versions to compare. */
export function directionOf({ kind, source: { before, after } }: PackageChange): Direction | undefined {
  if (kind !== 'deb' || before === undefined || after === undefined) {
    return undefined;
  }
  const order = compareVersions(after, before);
  if (order === 0) {
    return 'same-source';
  }
  return order > 0 ? 'upgrade' : 'downgrade';
}
