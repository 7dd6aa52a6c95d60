import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorCode, FactoryError } from '../model/index.ts';

/** `Dockerfile`, `Dockerfile.web`, `web.Dockerfile`, and the same with Containerfile. */
const NAME = /^(?:Dockerfile|Containerfile)(?:\..+)?$|\.(?:Dockerfile|Containerfile)$/i;

/** What belongs to others, or to git. */
const SKIPPED = new Set(['node_modules', 'vendor', '.git']);

export interface FoundDockerfiles {
  /** Paths as the user would write them in the working folder, each once. */
  readonly files: readonly string[];
  /** Why a folder could not be searched. */
  readonly unread: readonly FactoryError[];
}

/**
 * The files that were named, and every Dockerfile below the folders that were. Links are not followed: what they lead
 * to has a path of its own, or is not ours.
 */
export async function findDockerfiles(paths: readonly string[], cwd: string): Promise<FoundDockerfiles> {
  const files = new Set<string>();
  const unread: FactoryError[] = [];

  async function search(folder: string): Promise<void> {
    for (const entry of await entriesOf(folder)) {
      const child = path.join(folder, entry.name);
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) {
        await search(child);
      } else if (entry.isFile() && isDockerfile(entry.name)) {
        files.add(child);
      }
    }
  }

  async function entriesOf(folder: string): Promise<readonly Dirent[]> {
    try {
      const entries = await readdir(path.resolve(cwd, folder), { withFileTypes: true });
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (cause) {
      unread.push(unreadError(folder, cause));
      return [];
    }
  }

  for (const asked of paths.length === 0 ? ['.'] : paths) {
    if (await isDirectory(asked, cwd)) {
      await search(asked);
    } else {
      files.add(path.normalize(asked));
    }
  }
  if (files.size === 0 && unread.length === 0) {
    const where = paths.length === 0 ? 'the working folder' : paths.map((each) => `"${each}"`).join(', ');
    throw new FactoryError('USAGE', `cannot find a Dockerfile: expected one below ${where}, got none`, {
      hint: 'name the files: ingot check path/to/file',
    });
  }
  return { files: [...files], unread };
}

/** Of a file or folder that is there. */
export function unreadError(file: string, cause: unknown): FactoryError {
  return new FactoryError('STORAGE_FAILED', `cannot read "${file}": ${errorCode(cause)}`, {
    hint: 'let this user read it, or name what else is to be checked: ingot check path/to/file',
    cause,
  });
}

async function isDirectory(file: string, cwd: string): Promise<boolean> {
  try {
    return (await stat(path.resolve(cwd, file))).isDirectory();
  } catch (cause) {
    if (!['ENOENT', 'ENOTDIR'].includes(errorCode(cause))) {
      return false; // reading it as a file tells why
    }
    throw new FactoryError('USAGE', `cannot check "${file}": there is no such file`, { cause });
  }
}

function isDockerfile(name: string): boolean {
  return NAME.test(name) && !name.toLowerCase().endsWith('.dockerignore');
}
