import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { FactoryError } from '../model/index.ts';

/** Text of a key file that the catalog names. */
export async function readKeyFile(folder: string, file: string): Promise<string> {
  try {
    return await readFile(path.join(folder, file), 'utf8');
  } catch (cause) {
    throw new FactoryError(
      'CATALOG_INVALID',
      `cannot read key "${file}": expected a readable file in the catalog`,
      {
        hint: 'correct the path, which is relative to the folder of catalog.json',
        cause,
      },
    );
  }
}
