import { mkdir, open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { createProcessRunner } from '../../src/host/process.ts';
import { errorCode, ToolError } from '../../src/model/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

const processes = createProcessRunner();

/** A file system of its own, in memory. */
export interface SmallDisk {
  readonly folder: string;
  /** Writes a file as large as what is left. */
  fill(): Promise<void>;
  grow(size: string): Promise<void>;
  /** Everything on it, but what fills it. */
  files(): Promise<readonly string[]>;
}

/** Why this user cannot have one; undefined for who can. */
export async function whyNoSmallDisk(): Promise<string | undefined> {
  try {
    await processes.run(['unshare', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
    return undefined;
  } catch (error) {
    if (error instanceof ToolError) {
      return `no small disk can be mounted here, which takes root: ${error.stderrTail}`;
    }
    throw error;
  }
}

/**
 * Gone after the test.
 *
 * @param options of tmpfs(5), `size=64k`
 * @param where it is mounted, in the place of what is there; absent: in a new folder
 */
export async function smallDisk(options: string, where?: string): Promise<SmallDisk> {
  const folder = where ?? (await temporaryFolder());
  await mkdir(folder, { recursive: true });
  const filler = path.join(folder, 'filler');
  await processes.run(['mount', '-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  onTestFinished(async () => {
    await processes.run(['umount', folder]);
  });
  return {
    folder,
    fill: () => writeUntilFull(filler),
    grow: async (size) => {
      await processes.run(['mount', '-o', `remount,size=${size}`, folder]);
    },
    files: async () => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => !entry.isDirectory());
      return files
        .map((entry) => path.join(entry.parentPath, entry.name))
        .filter((file) => file !== filler)
        .map((file) => path.relative(folder, file))
        .sort();
    },
  };
}

async function writeUntilFull(file: string): Promise<void> {
  await using handle = await open(file, 'a');
  try {
    for (;;) {
      await handle.appendFile(Buffer.alloc(4096));
    }
  } catch (error) {
    if (errorCode(error) !== 'ENOSPC') {
      throw error;
    }
  }
}
