import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { FactoryError } from '../model/index.ts';
import { KeyFileRefused, parseKeyFile } from '../openpgp/index.ts';

/** The public keys in files that the catalog names, each ASCII-armoured. */
export async function readKeyFiles(folder: string, files: readonly string[]): Promise<readonly string[]> {
  const keys: string[] = [];
  for (const file of files) {
    keys.push(...(await parse(file, await read(folder, file))));
  }
  return keys;
}

async function read(folder: string, file: string): Promise<Uint8Array> {
  try {
    return await readFile(path.join(folder, file));
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

async function parse(file: string, bytes: Uint8Array): Promise<readonly string[]> {
  try {
    return await parseKeyFile(bytes);
  } catch (cause) {
    if (cause instanceof KeyFileRefused) {
      throw new FactoryError(
        'CATALOG_INVALID',
        `cannot read key "${file}": expected OpenPGP public keys, armoured or binary, got ${cause.message}`,
        { hint: `write the keys there with \`gpg --export --armor KEY… > ${file}\``, cause },
      );
    }
    throw cause;
  }
}
