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

/** As `grype db status -o json` of grype 0.121 writes it. */
export const GRYPE_STATUS = JSON.stringify({
  schemaVersion: 'v6.1.10',
  from: 'https://grype.anchore.io/databases/v6/vulnerability-db.tar.zst',
  built: '2026-11-22T06:12:00Z',
  path: '/cache/grype/6/vulnerability.db',
  valid: true,
});

/**
 * @param status what `grype db status` does
 * @param report what a scan prints
 * @param before what else a scan does, in the folder of its SBOM
 */
export function grypeScript(status: string, report: string, before = ':'): string {
  return `case "$1" in
db) if [ "$2" = status ]; then ${status}
else exit 0; fi;;
*) if [ "$GRYPE_DB_AUTO_UPDATE$GRYPE_DB_VALIDATE_AGE" != falsefalse ] || [ -n "$COSIGN_PASSWORD" ]; then exit 9; fi
${before}
${printing(report)}
esac`;
}

/** As `trivy version --format json` writes it. */
export const TRIVY_VERSION = JSON.stringify({
  Version: '0.70.0',
  VulnerabilityDB: { Version: 2, NextUpdate: '2026-11-23T00:00:00Z', UpdatedAt: '2026-11-22T00:31:11.1Z' },
});
