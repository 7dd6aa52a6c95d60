import { gunzipSync } from 'node:zlib';
import { mentionsBetween } from '../debian/index.ts';
import type { LockedPackage, PackageChange } from '../model/index.ts';
import { resolvePath, type Entries } from '../oci/index.ts';
import { directionOf } from './compare-packages.ts';

/** A changelog that has to be read: of the side that has the newer version. */
export interface WantedChangelog {
  readonly source: string;
  readonly side: 'before' | 'after';
  /** Packages of that source on that side: any of them may have it, and some only link to another's. */
  readonly packages: readonly string[];
}

/** By `changelogKey`. */
export type Changelogs = ReadonlyMap<string, string>;

export function changelogKey({ source, side }: Pick<WantedChangelog, 'source' | 'side'>): string {
  return `${side} ${source}`;
}

/** The changelogs that say what happened to these packages, each once. */
export function wantedChangelogs(changes: readonly PackageChange[]): readonly WantedChangelog[] {
  const wanted = changes.flatMap((change) => {
    const side = sideOf(change);
    return side === undefined ? [] : [{ source: change.source.name, side, name: change.name }];
  });
  return [...Map.groupBy(wanted, changelogKey).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, packages: [first, ...others].map(({ name }) => name) }],
  );
}

function sideOf(change: PackageChange): WantedChangelog['side'] | undefined {
  const direction = directionOf(change);
  if (direction === 'upgrade') {
    return 'after';
  }
  return direction === 'downgrade' ? 'before' : undefined;
}

/** What is locked of the source of these packages: on the other side it may have another name, `gcc-12`. */
export function sameSource(
  locked: readonly LockedPackage[],
  packages: readonly string[],
): readonly LockedPackage[] {
  const sources = locked.flatMap(({ name, source }) => (packages.includes(name) ? [source.name] : []));
  return locked.filter(({ source }) => sources.includes(source.name));
}

/** The same changes with what the changelogs say of them. */
export function withChangelogs(
  changes: readonly PackageChange[],
  changelogs: Changelogs,
): readonly PackageChange[] {
  return changes.map((change) => told(change, changelogs));
}

function told(change: PackageChange, changelogs: Changelogs): PackageChange {
  const { source } = change;
  const direction = directionOf(change);
  if (direction === 'same-source') {
    // built anew from the same source: no changelog can name anything
    return { ...change, changelog: 'read' };
  }
  const side = sideOf(change);
  const text = side === undefined ? undefined : changelogs.get(changelogKey({ source: source.name, side }));
  const { before = '', after = '' } = source;
  if (text === undefined) {
    return change;
  }
  return direction === 'upgrade'
    ? { ...change, changelog: 'read', fixed: mentionsBetween(text, before, after) }
    : { ...change, changelog: 'read', introduced: mentionsBetween(text, after, before) };
}

/** The longest changelog in Debian 13 is below a quarter of this. */
const MAX_CHANGELOG_BYTES = 64 << 20;

/** What an image itself has of a changelog; most leave them out. Policy 12.7 names the files. */
export function changelogIn(entries: Entries, packages: readonly string[]): string | undefined {
  for (const name of packages) {
    const folder = resolvePath(entries, `/usr/share/doc/${name}`);
    for (const file of ['changelog.Debian.gz', 'changelog.gz']) {
      const content = entries.get(`${folder?.path ?? ''}/${file}`)?.content;
      const text = content === undefined ? undefined : unpacked(content);
      if (text !== undefined) {
        return text;
      }
    }
  }
  return undefined;
}

function unpacked(content: Buffer): string | undefined {
  try {
    return gunzipSync(content, { maxOutputLength: MAX_CHANGELOG_BYTES }).toString('utf8');
  } catch {
    return undefined;
  }
}
