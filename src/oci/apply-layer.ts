import { FactoryError } from '../model/index.ts';
import { baseName, join, parentOf, resolvePath } from './root-filesystem.ts';
import type { Entries, EntryType, LayerEntry, RootEntry } from './root-filesystem.ts';

/** Something a layer says about one path: an entry, another name of a file, or the removal of what lower layers have. */
export type LayerItem =
  | { readonly kind: 'entry'; readonly entry: LayerEntry }
  | { readonly kind: 'hard-link'; readonly path: string; readonly target: string }
  | { readonly kind: 'whiteout'; readonly path: string }
  | { readonly kind: 'opaque'; readonly directory: string };

/** What a layer took away of one below it; layers counted from the lowest, 0. */
export interface Replaced {
  readonly path: string;
  readonly was: EntryType;
  readonly below: number;
  readonly layer: number;
  /** What the layer has there; nothing where it has a whiteout, or something else in place of the folder. */
  readonly by: EntryType | 'nothing';
}

/** A root filesystem with one more layer, and what that took away. */
export interface AppliedLayer {
  readonly entries: Entries;
  readonly replaced: readonly Replaced[];
}

/** A directory that no layer describes, as unpackers make it. */
const IMPLIED_DIRECTORY = {
  type: 'directory',
  mode: 0o755,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: 0,
  hasCapabilities: false,
  start: Buffer.alloc(0),
} as const;

/** What one layer makes of the lower ones, while it is applied. */
interface Merge {
  readonly layer: number;
  readonly entries: Map<string, RootEntry>;
  readonly replaced: Replaced[];
}

/** Applies one layer over the lower ones (OCI image spec 1.1, "Layer": whiteouts only hide lower layers). */
export function applyLayer(lower: Entries, items: readonly LayerItem[], layer: number): AppliedLayer {
  const merge: Merge = { layer, entries: new Map(lower), replaced: [] };
  if (!merge.entries.has('/')) {
    merge.entries.set('/', impliedDirectory('/', layer));
  }
  hideLower(merge, items);
  for (const item of items) {
    if (item.kind === 'entry') {
      place(merge, { ...item.entry, layer });
    } else if (item.kind === 'hard-link') {
      place(merge, { ...linkedEntry(merge.entries, item), path: item.path, size: 0, layer });
    }
  }
  return merge;
}

function impliedDirectory(path: string, layer: number): RootEntry {
  return { path, ...IMPLIED_DIRECTORY, layer };
}

function linkedEntry(entries: Entries, { path, target }: { path: string; target: string }): RootEntry {
  const entry = resolvePath(entries, target, { followLast: false });
  if (entry === undefined) {
    throw new FactoryError(
      'BUILD_FAILED',
      `cannot read layer entry "${path}": it links to "${target}", which is not there`,
    );
  }
  return entry;
}

/** Links on the way to what is hidden are followed, as on the way to a file. */
function hideLower(merge: Merge, items: readonly LayerItem[]): void {
  for (const item of items) {
    if (item.kind === 'whiteout') {
      const hidden = resolvePath(merge.entries, item.path, { followLast: false });
      take(merge, hidden?.path ?? item.path, 'nothing');
    } else if (item.kind === 'opaque') {
      const directory = resolvePath(merge.entries, item.directory)?.path ?? item.directory;
      for (const path of pathsIn(merge.entries, directory)) {
        remove(merge, path, 'nothing');
      }
    }
  }
}

function pathsIn(entries: Entries, directory: string): readonly string[] {
  const prefix = directory === '/' ? '/' : `${directory}/`;
  return [...entries.keys()].filter((path) => path !== '/' && path.startsWith(prefix));
}

/** Takes away what is at the path, a folder with all in it. */
function take(merge: Merge, path: string, by: Replaced['by']): void {
  const inside = merge.entries.get(path)?.type === 'directory' ? pathsIn(merge.entries, path) : [];
  remove(merge, path, by);
  for (const each of inside) {
    remove(merge, each, 'nothing');
  }
}

function remove({ layer, entries, replaced }: Merge, path: string, by: Replaced['by']): void {
  const entry = entries.get(path);
  if (entry !== undefined && entry.layer !== layer) {
    replaced.push({ path, was: entry.type, below: entry.layer, layer, by });
  }
  entries.delete(path);
}

/** Folders belong to all layers: one over another takes nothing away. */
function place(merge: Merge, entry: RootEntry): void {
  if (entry.path === '/') {
    merge.entries.set('/', { ...entry, type: 'directory' });
    return;
  }
  const path = join(placeParent(merge, parentOf(entry.path)), baseName(entry.path));
  const present = merge.entries.get(path);
  if (entry.type === 'directory' && present?.type === 'directory') {
    merge.entries.set(path, { ...entry, path, layer: present.layer });
    return;
  }
  take(merge, path, entry.type);
  merge.entries.set(path, { ...entry, path });
}

/** Unpackers follow links on the way to a file: `bin/x` over a lower `bin -> usr/bin` lands in `/usr/bin`. */
function placeParent(merge: Merge, path: string): string {
  const found = resolvePath(merge.entries, path);
  if (found?.type === 'directory') {
    return found.path;
  }
  const parent = path === '/' ? '/' : placeParent(merge, parentOf(path));
  const made = join(parent, baseName(path));
  take(merge, made, 'directory');
  merge.entries.set(made, impliedDirectory(made, merge.layer));
  return made;
}
