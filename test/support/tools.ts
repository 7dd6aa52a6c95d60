import { access } from 'node:fs/promises';
import path from 'node:path';

/** Path of a program that the factory runs, such as `cosign`. INGOT_TEST_TOOLS names the folder they are in. */
export async function toolPath(name: string): Promise<string> {
  const file = path.join(process.env['INGOT_TEST_TOOLS'] ?? '', name);
  await access(file);
  return file;
}
