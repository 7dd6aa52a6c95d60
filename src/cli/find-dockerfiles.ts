import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { FactoryError } from '../model/index.ts';

/** `Dockerfile`, `Dockerfile.web`, `web.Dockerfile`, and the same with Containerfile. */
const NAME = /^(?:Dockerfile|Containerfile)(?:\..+)?$|\.(?:Dockerfile|Containerfile)$/i;

/** What belongs to others, or to git. */
const SKIPPED = new Set(['node_modules', 'vendor', '.git']);

/**
 * The files that were named, and every Dockerfile below the folders that were; paths as the user would write them
 * in `cwd`, each once. Links are not followed: what they lead to has a path of its own, or is not ours.
 */
export async function findDockerfiles(paths: readonly string[], cwd: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const asked of paths.length === 0 ? ['.'] : paths) {
    const isFolder = await isDirectory(asked, cwd);
    found.push(...(isFolder ? await dockerfilesBelow(asked, cwd) : [path.normalize(asked)]));
  }
  if (found.length === 0) {
    const where = paths.length === 0 ? 'the working folder' : paths.map((each) => `"${each}"`).join(', ');
    throw new FactoryError('USAGE', `cannot find a Dockerfile: expected one below ${where}, got none`, {
      hint: 'name the files: ingot check path/to/file',
    });
  }
  return [...new Set(found)];
}

async function isDirectory(file: string, cwd: string): Promise<boolean> {
  try {
    return (await stat(path.resolve(cwd, file))).isDirectory();
  } catch (cause) {
    throw new FactoryError('USAGE', `cannot check "${file}": there is no such file`, { cause });
  }
}

async function dockerfilesBelow(folder: string, cwd: string): Promise<string[]> {
  const entries = await readdir(path.resolve(cwd, folder), { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const child = path.join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) {
      found.push(...(await dockerfilesBelow(child, cwd)));
    } else if (entry.isFile() && isDockerfile(entry.name)) {
      found.push(child);
    }
  }
  return found;
}

function isDockerfile(name: string): boolean {
  return NAME.test(name) && !name.toLowerCase().endsWith('.dockerignore');
}
