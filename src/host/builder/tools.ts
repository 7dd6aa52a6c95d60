import { createHash } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import pLimit from 'p-limit';
import { type DebFile, debFiles, readDeb } from '../../debian/index.ts';
import { makeFolder } from '../../files/index.ts';
import { FactoryError, mapInPool, type LockedPackage } from '../../model/index.ts';
import { tripletOf } from '../../oci/index.ts';
import { platformOfHost } from '../host-platform.ts';

/** Program folders of a Debian root, in the order of its own PATH. */
const PROGRAM_FOLDERS = ['usr/sbin', 'usr/bin', 'sbin', 'bin'];

/** Where the tools of a lock are unpacked: named by their digests, so another lock has another folder. */
export function toolsFolder(packages: readonly LockedPackage[], parent: string): string {
  const digests = packages.map(({ sha256 }) => sha256).sort();
  return join(parent, createHash('sha256').update(digests.join('\n')).digest('hex').slice(0, 16));
}

/** A folder of tools appears whole or not at all, so being there is being complete. */
export async function isUnpacked(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => undefined)) !== undefined;
}

export interface Unpacking {
  readonly signal: AbortSignal;
  /** Whether a file is needed, by its path in the package, `/usr/bin/sed`; absent: every one. */
  readonly isNeeded?: (file: string) => boolean;
}

/** Unpacks verified .debs into the folder. Nothing is installed: no maintainer script runs. */
export async function unpackTools(
  debs: readonly string[],
  folder: string,
  unpacking: Unpacking,
): Promise<void> {
  // decompression is the work here, on one thread a package
  const pool = pLimit(availableParallelism());
  await makeFolder(folder, async (unfinished) => {
    await mapInPool(pool, debs, (deb) => unpackDeb(deb, unfinished, unpacking));
    await chmod(unfinished, 0o755);
  });
}

/** Files of one verified .deb into a folder, as `dpkg-deb --extract` does. */
export async function unpackDeb(deb: string, folder: string, { signal, isNeeded }: Unpacking): Promise<void> {
  for await (const file of debFiles(readDeb(await readFile(deb)))) {
    signal.throwIfAborted();
    if (isNeeded === undefined || isNeeded(file.path)) {
      await writeEntry(file, folder, deb);
    }
  }
}

async function writeEntry(file: DebFile, folder: string, deb: string): Promise<void> {
  const path = inside(folder, file.path, deb);
  await mkdir(dirname(path), { recursive: true });
  if (file.type === 'directory') {
    await mkdir(path, { recursive: true });
  } else if (file.type === 'file') {
    await writeFile(path, await file.read(), { mode: file.mode & 0o755 });
  } else if (file.type === 'symlink') {
    await rm(path, { force: true });
    await symlink(file.linkname ?? '', path);
  } else if (file.type === 'link') {
    await link(inside(folder, file.linkname ?? '', deb), path);
  } else {
    throw new FactoryError('INDEX_INVALID', `cannot unpack "${deb}": "${file.path}" is a ${file.type}`);
  }
}

/** The path in the folder; one that leaves it is refused. */
function inside(folder: string, path: string, deb: string): string {
  const joined = join(folder, path);
  if (joined !== folder && !joined.startsWith(`${folder}/`)) {
    throw new FactoryError('INDEX_INVALID', `cannot unpack "${deb}": "${path}" is outside of its root`);
  }
  return joined;
}

/** Environment in which the unpacked tools find each other and their libraries. */
export function toolEnvironment(toolsDir: string): Readonly<Record<string, string>> {
  const triplet = tripletOf(platformOfHost());
  const libraries = ['usr/lib', 'lib'].map((folder) => join(toolsDir, folder, triplet));
  return {
    PATH: [...PROGRAM_FOLDERS.map((folder) => join(toolsDir, folder)), process.env['PATH'] ?? ''].join(':'),
    LD_LIBRARY_PATH: libraries.join(':'),
    // engine, containerd and buildx live for a run: memory is cheaper than collecting it so often
    GOGC: '400',
  };
}
