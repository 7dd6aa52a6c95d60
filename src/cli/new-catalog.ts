import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeNew } from '../files/index.ts';
import { errorCode, FactoryError, storageError } from '../model/index.ts';
import { OWN_FOLDER } from './own-folder.ts';
import { ownSource } from './own-source.ts';

const STARTER = path.join(OWN_FOLDER, 'data/new-catalog');
const SCHEMAS = path.join(OWN_FOLDER, 'schemas');

const CATALOG = 'catalog.json';
/** A repository that was just made is as good as empty. */
const OF_GIT = ['.git', '.gitattributes'];

export interface NewCatalog {
  /** Files that were not there, below the folder. */
  readonly written: readonly string[];
  /** Files that were, and stay as they are. */
  readonly kept: readonly string[];
}

/** Starts a catalog in `folder`, or completes the one that is there: no file is ever overwritten. */
export async function writeNewCatalog(folder: string): Promise<NewCatalog> {
  await refuseOthersFolder(folder);
  const written: string[] = [];
  const kept: string[] = [];
  for (const [name, text] of await starterFiles()) {
    const isNew = await writeNew(path.join(folder, name), text);
    (isNew ? written : kept).push(name);
  }
  return { written, kept };
}

/** What else lies there is not ours to mix with; a catalog is. */
async function refuseOthersFolder(folder: string): Promise<void> {
  const names = await namesIn(folder);
  const others = names.filter((name) => !OF_GIT.includes(name));
  if (others.length > 0 && !others.includes(CATALOG)) {
    const got = others.length === 1 ? `"${others[0] ?? ''}"` : `${String(others.length)} files and folders`;
    throw new FactoryError(
      'USAGE',
      `cannot start a catalog in "${folder}": expected an empty folder or one with a catalog.json, got ${got}`,
      { hint: 'name a new folder, `ingot init golden-images`' },
    );
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return [];
    }
    throw storageError(folder, folder, error);
  }
}

function rankOf(name: string): number {
  return name === CATALOG ? 0 : 1;
}

/** By their path in the new catalog, in the order they are written. */
async function starterFiles(): Promise<ReadonlyMap<string, string>> {
  const { repository, ref } = await ownSource(OWN_FOLDER);
  const files = new Map<string, string>();
  for (const [folder, below] of [
    [STARTER, ''],
    [SCHEMAS, 'schemas'],
  ] as const) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((each) => each.isFile())) {
      const file = path.join(entry.parentPath, entry.name);
      const text = await readFile(file, 'utf8');
      const filled = text.replaceAll('@INGOT_REPOSITORY@', repository).replaceAll('@INGOT_REF@', ref);
      files.set(path.join(below, path.relative(folder, file)), filled);
    }
  }
  // the first to be written: it makes the folder one that may be completed, should a full disk keep the others away
  return new Map([...files].sort(([a], [b]) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1)));
}
