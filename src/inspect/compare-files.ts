import type { FileChange, FileDifference, FileFacts } from '../model/index.ts';
import type { Entries, RootEntry } from '../oci/index.ts';
import { compareText } from './read-packages.ts';

/** Package names by path. */
export type Owners = ReadonlyMap<string, string>;

interface Side {
  readonly entries: Entries;
  readonly owners: Owners;
}

/** Paths that were added, removed, or are not what they were, by path. Dates are not compared: packing alone moves them. */
export function compareFiles(before: Side, after: Side): readonly FileChange[] {
  const paths = new Set([...before.entries.keys(), ...after.entries.keys()]);
  return [...paths].sort(compareText).flatMap((path) => {
    const old = before.entries.get(path);
    const now = after.entries.get(path);
    const differs = old === undefined || now === undefined ? [] : differences(old, now);
    if (old !== undefined && now !== undefined && differs.length === 0) {
      return [];
    }
    const owner = after.owners.get(path) ?? before.owners.get(path);
    return [
      {
        path,
        ...(old === undefined ? {} : { before: toFacts(old) }),
        ...(now === undefined ? {} : { after: toFacts(now) }),
        differs,
        ...(owner === undefined ? {} : { package: owner }),
      },
    ];
  });
}

function differences(old: RootEntry, now: RootEntry): readonly FileDifference[] {
  if (old.type !== now.type) {
    return ['type'];
  }
  const differs: Readonly<Record<FileDifference, boolean>> = {
    type: false,
    content: old.type === 'file' && !hasSameContent(old, now),
    link: old.linkTarget !== now.linkTarget,
    // a link's own mode means nothing, and differs by how it was packed
    mode: old.type !== 'symlink' && old.mode !== now.mode,
    owner: old.uid !== now.uid || old.gid !== now.gid,
    capabilities: old.hasCapabilities !== now.hasCapabilities,
  };
  return (Object.keys(differs) as FileDifference[]).filter((name) => differs[name]);
}

/** A further name of a file has the size 0, and the file's digest. */
function hasSameContent(old: RootEntry, now: RootEntry): boolean {
  const digest = sha256In(old);
  return digest !== undefined && digest === sha256In(now);
}

function sha256In({ digests, sha256 }: RootEntry): string | undefined {
  return digests?.sha256 ?? sha256;
}

export function toFacts({ type, mode, uid, gid, size, linkTarget, hasCapabilities }: RootEntry): FileFacts {
  return {
    type,
    mode: octal(mode),
    uid,
    gid,
    bytes: size,
    ...(linkTarget === undefined ? {} : { linkTarget }),
    ...(hasCapabilities ? { capabilities: true } : {}),
  };
}

export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
