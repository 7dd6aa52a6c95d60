import type { ElfFile, ElfProblem } from './elf.ts';

export type EntryType = 'file' | 'directory' | 'symlink' | 'character-device' | 'block-device' | 'fifo';

/** In hexadecimal. */
export interface FileDigests {
  /** What dpkg's md5sums say of a file. No check of trust uses it. */
  readonly md5: string;
  /** SPDX 2.3 demands it of every file (clause 8.4). No check of trust uses it. */
  readonly sha1: string;
  readonly sha256: string;
}

/** One path of a root filesystem, as a layer describes it. */
export interface LayerEntry {
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
  /** Of a regular file. */
  readonly digests?: FileDigests;
  readonly elf?: ElfFile | ElfProblem;
}

/** One path of an image's root filesystem. */
export interface RootEntry extends LayerEntry {
  /** The layer that brings it, from the lowest, 0; of a folder, the first that does. */
  readonly layer: number;
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

/** By absolute path. */
export type Entries = ReadonlyMap<string, RootEntry>;

/** Linux follows as many links before it gives up with ELOOP. */
const MAX_LINKS_FOLLOWED = 40;

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

export function join(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}
