import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CatalogEntry } from '../model/index.ts';
import { FactoryError } from '../model/index.ts';
import type { WrittenStructureTest } from '../stages/test/index.ts';
import { ownFolder, STRUCTURE_TESTS } from './example-files.ts';

/** A runtime image always has one, a dev image where its stack brings one. */
export async function readStructureTest(
  entry: CatalogEntry,
  catalogFolder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<WrittenStructureTest | undefined> {
  const file = path.join(ownFolder(entry), STRUCTURE_TESTS[entry.variant]);
  try {
    const text = await readFile(path.join(catalogFolder, file), 'utf8');
    const folder = path.dirname(file);
    return { file, text, environment, readBeside: (name) => readBeside(catalogFolder, folder, name) };
  } catch (error) {
    if (isAbsent(error) && entry.variant === 'dev') {
      return undefined;
    }
    throw error;
  }
}

async function readBeside(catalogFolder: string, folder: string, name: string): Promise<string> {
  const file = path.join(folder, name);
  try {
    return await readFile(path.join(catalogFolder, file), 'utf8');
  } catch (cause) {
    throw new FactoryError('CATALOG_INVALID', `cannot read envFile "${file}" of a structure test`, { cause });
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
