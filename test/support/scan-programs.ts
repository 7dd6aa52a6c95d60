import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findProgram } from '../../src/host/find-program.ts';
import { createProcessRunner } from '../../src/host/process.ts';
import { createScanFiles } from '../../src/host/scan-files.ts';
import type { Programs } from '../../src/stages/scan/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Small programs that print what the real ones document, and how they were called. */
export interface ProgramWorld extends Programs {
  /** One line for each call: name and arguments, files by their names. */
  readonly calls: () => Promise<readonly string[]>;
}

/** @param scripts bodies of shell scripts, by name of the program */
export async function programWorld(
  scripts: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<ProgramWorld> {
  const folder = await temporaryFolder();
  const bin = path.join(folder, 'bin');
  const log = path.join(folder, 'calls');
  await mkdir(bin);
  await writeFile(log, '');
  for (const [name, body] of Object.entries(scripts)) {
    const file = path.join(bin, name);
    await writeFile(
      file,
      `#!/bin/sh\nprintf '%s' ${name} >>${log}\nprintf ' %s' "$@" >>${log}\necho >>${log}\n${body}\n`,
    );
    await chmod(file, 0o755);
  }
  return {
    find: (name) => findProgram(name, { environment: { PATH: bin } }),
    processes: createProcessRunner(),
    files: createScanFiles(path.join(folder, 'files')),
    environment,
    signal: new AbortController().signal,
    calls: async () => {
      const text = await readFile(log, 'utf8');
      return text
        .trim()
        .split('\n')
        .map((line) => line.replaceAll(/\/\S*\/(?=[^/ ]+( |$))/g, ''));
    },
  };
}

/** What a script prints, word by word, or writes into a file. */
export function printing(text: string, file = '&1'): string {
  return `cat >${file} <<'END_OF_OUTPUT'\n${text}\nEND_OF_OUTPUT`;
}
