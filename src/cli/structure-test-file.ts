import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CatalogEntry } from '../model/index.ts';
import { FactoryError } from '../model/index.ts';
import type { WrittenStructureTest } from '../stages/test/index.ts';
import { STRUCTURE_TESTS, testedStacks } from './example-files.ts';

/** The one of a runtime image's own stack; those of every stack of a dev image that bring one. */
export async function readStructureTests(
  entry: CatalogEntry,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly WrittenStructureTest[]> {
  const tests: WrittenStructureTest[] = [];
  for (const { root, folder } of testedStacks(entry)) {
    const file = path.join(folder, STRUCTURE_TESTS[entry.variant]);
    try {
      const text = await readFile(path.join(root, file), 'utf8');
      const readBesideIt = readBeside.bind(undefined, root, folder);
      tests.push({ file, text, environment, readBeside: readBesideIt });
    } catch (error) {
      if (!(isAbsent(error) && entry.variant === 'dev')) {
        throw error;
      }
    }
  }
  return tests;
}

async function readBeside(root: string, folder: string, name: string): Promise<string> {
  const file = path.join(folder, name);
  try {
    return await readFile(path.join(root, file), 'utf8');
  } catch (cause) {
    throw new FactoryError('CATALOG_INVALID', `cannot read envFile "${file}" of a structure test`, { cause });
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
