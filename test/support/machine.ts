import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { createProcessRunner } from '../../src/host/process.ts';

/** Files in which apt, npm, pip and go are told which host to ask. */
const CONFIG_FILES = [
  '/etc/apt/sources.list',
  '/etc/npmrc',
  '/etc/pip.conf',
  path.join(homedir(), '.npmrc'),
  path.join(homedir(), '.config/pip/pip.conf'),
  path.join(homedir(), '.config/go/env'),
];

const APT_FOLDER = '/etc/apt/sources.list.d';

/** They also know the hosts that are built in, for which no file is written. */
const QUESTIONS = [
  ['npm', 'config', 'get', 'registry'],
  ['go', 'env', 'GOPROXY'],
];

/** Names the tree may hold: the documented fallbacks, Debian's archive and what it once had, and this machine itself. */
const PUBLIC_NAMES = new Set(['ftp.debian.org', 'snapshot.debian.org', 'localhost']);

/** Host names of the package registries and mirrors this machine is set up to use. No list of them is kept here. */
export async function registryHosts(): Promise<string[]> {
  const aptFiles = existsSync(APT_FOLDER) ? readdirSync(APT_FOLDER).filter(isAptFile) : [];
  const files = [...CONFIG_FILES, ...aptFiles.map((name) => path.join(APT_FOLDER, name))].filter(existsSync);
  const texts = files.map((file) => readFileSync(file, 'utf8'));
  for (const question of QUESTIONS) {
    texts.push(await answerTo(question));
  }
  return [...new Set(texts.flatMap(hostsIn))].filter((host) => !PUBLIC_NAMES.has(host)).sort();
}

/** sources.list(5): other names are ignored by apt. */
function isAptFile(name: string): boolean {
  return /\.(list|sources)$/.test(name);
}

function hostsIn(text: string): string[] {
  return [...text.matchAll(/https?:\/\/(?:[^\s/@]*@)?([a-z0-9.-]+\.[a-z][a-z0-9-]*)/gi)].map((match) =>
    (match[1] ?? '').toLowerCase(),
  );
}

/** Empty where the tool is not installed. */
async function answerTo(argv: readonly string[]): Promise<string> {
  const { stdout } = await createProcessRunner()
    .run(argv)
    .catch(() => ({ stdout: '' }));
  return stdout;
}
