import { FactoryError } from '../model/index.ts';
import type { ElfFile, ElfProblem } from './elf.ts';

export type EntryType = 'file' | 'directory' | 'symlink' | 'character-device' | 'block-device' | 'fifo';

/** One path of an image's root filesystem, as its layers describe it. */
export interface RootEntry {
  /** Absolute, without a slash at the end: `/usr/bin/node`; the root itself is `/`. */
  readonly path: string;
  readonly type: EntryType;
  /** Permissions with setuid, setgid and sticky: the lower twelve bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes; 0 for a further name of the same file, so that sums are right. */
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Of a symbolic link, as written. */
  readonly linkTarget?: string;
  /** Has file capabilities (`security.capability`), which give rights as setuid does. */
  readonly hasCapabilities: boolean;
  /** First bytes of a regular file, enough for a `#!` line. */
  readonly start: Buffer;
  /** The whole content, for small files only. */
  readonly content?: Buffer;
  /** Of a regular file, in hexadecimal: what dpkg's md5sums say of it. No check of trust uses it. */
  readonly md5?: string;
  readonly elf?: ElfFile | ElfProblem;
}

/** What a container sees: every layer applied, whiteouts too. */
export interface RootFilesystem {
  /** By absolute path, sorted. */
  readonly entries: ReadonlyMap<string, RootEntry>;
  /** Bytes of all layers as they are pushed. */
  readonly compressedBytes: number;
  /** Bytes of all files. */
  readonly unpackedBytes: number;
}

/** Something a layer says about one path: an entry, another name of a file, or the removal of what lower layers have. */
export type LayerItem =
  | { readonly kind: 'entry'; readonly entry: RootEntry }
  | { readonly kind: 'hard-link'; readonly path: string; readonly target: string }
  | { readonly kind: 'whiteout'; readonly path: string }
  | { readonly kind: 'opaque'; readonly directory: string };

type Entries = ReadonlyMap<string, RootEntry>;

/** Linux follows as many links before it gives up with ELOOP. */
const MAX_LINKS_FOLLOWED = 40;

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

/**
 * The path with every link followed, as the kernel would in the running container; the last part too
 * unless `followLast` is false. Undefined where something is missing or links go round.
 */
export function resolvePath(
  entries: Entries,
  path: string,
  options: { readonly followLast: boolean } = { followLast: true },
): RootEntry | undefined {
  const pending = parts(path);
  let at = '/';
  let followed = 0;
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    const entry = name === '..' ? entries.get(parentOf(at)) : entries.get(join(at, name));
    if (entry === undefined) {
      return undefined;
    }
    const isLast = pending.length === 0 && !options.followLast;
    if (entry.linkTarget === undefined || isLast) {
      at = entry.path;
      continue;
    }
    followed += 1;
    if (followed > MAX_LINKS_FOLLOWED) {
      return undefined;
    }
    pending.unshift(...parts(entry.linkTarget));
    at = entry.linkTarget.startsWith('/') ? '/' : at;
  }
  return entries.get(at);
}

/** Applies one layer over the lower ones (OCI image spec 1.1, "Layer": whiteouts only hide lower layers). */
export function applyLayer(lower: Entries, items: readonly LayerItem[]): Map<string, RootEntry> {
  const merged = new Map(lower);
  if (!merged.has('/')) {
    merged.set('/', { path: '/', ...IMPLIED_DIRECTORY });
  }
  hideLower(merged, items);
  for (const item of items) {
    if (item.kind === 'entry') {
      place(merged, item.entry);
    } else if (item.kind === 'hard-link') {
      place(merged, { ...linkedEntry(merged, item), path: item.path, size: 0 });
    }
  }
  return merged;
}

function linkedEntry(merged: Entries, { path, target }: { path: string; target: string }): RootEntry {
  const entry = resolvePath(merged, target, { followLast: false });
  if (entry === undefined) {
    throw new FactoryError(
      'BUILD_FAILED',
      `cannot read layer entry "${path}": it links to "${target}", which is not there`,
    );
  }
  return entry;
}

function hideLower(merged: Map<string, RootEntry>, items: readonly LayerItem[]): void {
  for (const item of items) {
    if (item.kind === 'whiteout') {
      merged.delete(item.path);
      removeBelow(merged, item.path);
    } else if (item.kind === 'opaque') {
      removeBelow(merged, item.directory);
    }
  }
}

function place(merged: Map<string, RootEntry>, entry: RootEntry): void {
  if (entry.path === '/') {
    merged.set('/', { ...entry, type: 'directory' });
    return;
  }
  const parent = placeParent(merged, parentOf(entry.path));
  const path = join(parent, baseName(entry.path));
  if (entry.type !== 'directory' && merged.get(path)?.type === 'directory') {
    removeBelow(merged, path);
  }
  merged.set(path, { ...entry, path });
}

/** Unpackers follow links on the way to a file: `bin/x` over a lower `bin -> usr/bin` lands in `/usr/bin`. */
function placeParent(merged: Map<string, RootEntry>, path: string): string {
  const found = resolvePath(merged, path);
  if (found?.type === 'directory') {
    return found.path;
  }
  const parent = path === '/' ? '/' : placeParent(merged, parentOf(path));
  const made = join(parent, baseName(path));
  merged.set(made, { path: made, ...IMPLIED_DIRECTORY });
  return made;
}

function removeBelow(merged: Map<string, RootEntry>, directory: string): void {
  const prefix = directory === '/' ? '/' : `${directory}/`;
  for (const path of merged.keys()) {
    if (path !== '/' && path.startsWith(prefix)) {
      merged.delete(path);
    }
  }
}

function parts(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function join(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}
