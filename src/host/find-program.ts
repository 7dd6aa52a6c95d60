import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';

/** Absolute path of a program on PATH, as execvp(3) finds it; empty folders count for nothing. */
export async function findProgram(
  name: string,
  { environment }: { readonly environment: Readonly<Record<string, string | undefined>> },
): Promise<string | undefined> {
  const folders = (environment['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  for (const folder of folders) {
    const file = path.resolve(folder, name);
    if (await isProgram(file)) {
      return file;
    }
  }
  return undefined;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
