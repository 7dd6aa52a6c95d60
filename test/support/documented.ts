import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { REPOSITORY } from './repository.ts';

/** The commands in a section of a document, as one types them: its indented blocks, one after the other. */
export async function commandsIn(file: string, section: string): Promise<string> {
  const text = await readFile(path.join(REPOSITORY, file), 'utf8');
  const [, below = ''] = text.split(`\n## ${section}\n`);
  const [own = ''] = below.split('\n## ');
  const lines = own.split('\n').filter((line) => line.startsWith('    '));
  if (lines.length === 0) {
    throw new Error(`no commands in "${section}" of ${file}`);
  }
  return lines.map((line) => `${line.slice('    '.length)}\n`).join('');
}
