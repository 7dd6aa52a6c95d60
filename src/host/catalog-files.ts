import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { FactoryError, type Sha256 } from '../model/index.ts';

const TEMPLATE_ENDING = '.hbs';

/** Template sources by path below the folder, without their ending. */
export async function readTemplates(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = await listFiles(folder);
  const templates = files.filter((file) => file.endsWith(TEMPLATE_ENDING));
  const sources = new Map<string, string>();
  for (const file of templates) {
    sources.set(file.slice(0, -TEMPLATE_ENDING.length), await readFile(path.join(folder, file), 'utf8'));
  }
  return sources;
}

/** Digests of all files below `folder`, by their path below `root`. A folder that is not there has none. */
export async function digestFiles(root: string, folder: string): Promise<Readonly<Record<string, Sha256>>> {
  const digests: Record<string, Sha256> = {};
  for (const file of await listFiles(path.join(root, folder))) {
    const name = path.join(folder, file);
    const bytes = await readFile(path.join(root, name));
    digests[name] = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Sha256;
  }
  return digests;
}

/** Contents of the files in `folder` with this ending, in the order of their names. */
export async function readTexts(folder: string, ending: string): Promise<readonly string[]> {
  const files = (await listFiles(folder)).filter((file) => file.endsWith(ending));
  const texts: string[] = [];
  for (const file of files) {
    texts.push(await readFile(path.join(folder, file), 'utf8'));
  }
  return texts;
}

async function listFiles(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return files.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).sort();
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
      return [];
    }
    throw new FactoryError('STORAGE_FAILED', `cannot read folder "${folder}"`, { cause });
  }
}
