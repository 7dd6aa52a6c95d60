import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import packageFile from '../../../package.json' with { type: 'json' };
import { findDockerfiles } from '../../../src/cli/find-dockerfiles.ts';
import { readDockerfiles } from '../../../src/cli/read-dockerfiles.ts';
import { FactoryError } from '../../../src/model/index.ts';
import { GOOD_CATALOG, temporaryFolder, writeCatalog } from '../../support/catalog-folder.ts';
import type { TemporaryFolder } from '../../support/catalog-folder.ts';
import { runFakeCli } from '../../support/fake-factory.ts';

const GOLDEN = 'registry.example.com/golden';

let folder: TemporaryFolder;

beforeEach(() => {
  folder = temporaryFolder();
  writeCatalog(folder.path, {
    ...GOOD_CATALOG,
    'catalog.json': { ...GOOD_CATALOG['catalog.json'], check: { registries: [GOLDEN] } },
    'good/Dockerfile': `FROM ${GOLDEN}/node:24.21.0.202611210312\n`,
    'warned/Dockerfile': `ARG TAG=24\nFROM ${GOLDEN}/node:$TAG\n`,
    'bad/Dockerfile': 'FROM node:24\nUSER 1\n',
  });
});

afterEach(() => folder[Symbol.dispose]());

const finding = {
  tool: 'hadolint',
  rule: 'DL3059',
  file: 'good/Dockerfile',
  line: 1,
  message: 'm',
  help: 'h',
} as const;
const RAN = { kind: 'ran', version: '2.15.1' } as const;

describe('exit codes', () => {
  test.each([
    { summary: 'nothing found', argv: ['good'], exitCode: 0 },
    { summary: 'warnings only', argv: ['warned/Dockerfile'], exitCode: 0 },
    { summary: 'an error', argv: ['good', 'bad'], exitCode: 1 },
    {
      summary: "hadolint's error",
      argv: ['good'],
      hadolint: { run: RAN, findings: [{ ...finding, level: 'error' as const }] },
      exitCode: 1,
    },
    {
      summary: "hadolint's info",
      argv: ['good'],
      hadolint: { run: RAN, findings: [{ ...finding, level: 'info' as const }] },
      exitCode: 0,
    },
    {
      summary: 'no hadolint',
      argv: ['bad'],
      hadolint: {
        run: { kind: 'not-run' as const, failure: new FactoryError('HOST_UNSUPPORTED', 'cannot fetch it') },
        findings: [],
      },
      exitCode: 3,
    },
    { summary: 'a file that is not there', argv: ['nowhere'], exitCode: 2 },
    { summary: 'a folder without a Dockerfile', argv: ['stacks'], exitCode: 2 },
    { summary: 'a format that is not there', argv: ['--format', 'xml'], exitCode: 2 },
  ])('$summary: $exitCode', async ({ argv, hadolint, exitCode }) => {
    const options = { cwd: folder.path, ...(hadolint && { hadolint }) };
    expect(await runFakeCli(['check', ...argv], options)).toMatchObject({ exitCode });
  });
});

test('our findings are told, also where hadolint could not be run', async () => {
  const failure = new FactoryError('HOST_UNSUPPORTED', 'cannot fetch it');
  const hadolint = { run: { kind: 'not-run', failure }, findings: [] } as const;
  const { stdout } = await runFakeCli(['check', 'bad'], { cwd: folder.path, hadolint });
  expect(stdout).toContain('bad/Dockerfile:1 docker-hub error: ');
  expect(stdout).toContain('hadolint: NOT RUN: cannot fetch it');
});

test('hadolint gets every file, unless it is not wanted', async () => {
  const all = ['bad/Dockerfile', 'good/Dockerfile', 'warned/Dockerfile'];
  expect((await runFakeCli(['check'], { cwd: folder.path })).asked).toEqual([`hadolint ${all.join(' ')}`]);
  const without = await runFakeCli(['check', '--no-hadolint', 'good'], { cwd: folder.path });
  expect(without).toMatchObject({ exitCode: 0, asked: [] });
});

test.each([['--json'], ['--format', 'json']])('%s %s writes JSON', async (...flags) => {
  const { stdout } = await runFakeCli(['check', 'bad', ...flags], { cwd: folder.path });
  expect(JSON.parse(stdout)).toMatchObject({ kind: 'check', errors: 2, files: ['bad/Dockerfile'] });
});

test('--format sarif writes SARIF, also where errors were found', async () => {
  const { stdout, exitCode } = await runFakeCli(['check', 'bad', '--format', 'sarif'], { cwd: folder.path });
  expect(exitCode).toBe(1);
  const driver = { version: packageFile.version, informationUri: packageFile.repository };
  expect(JSON.parse(stdout)).toMatchObject({ version: '2.1.0', runs: [{ tool: { driver } }, {}] });
});

describe('what cannot be read', () => {
  test('hides nothing of the rest', async () => {
    symlinkSync('loop', path.join(folder.path, 'loop'));
    const { stdout, exitCode, asked } = await runFakeCli(['check', 'loop', 'bad'], { cwd: folder.path });
    expect(exitCode).toBe(3);
    expect(stdout).toContain('bad/Dockerfile:1 docker-hub error: ');
    expect(stdout).toContain('NOT CHECKED: cannot read "loop": ELOOP\n');
    expect(asked).toEqual(['hadolint bad/Dockerfile']);
  });

  test('is an error where nothing else is', async () => {
    symlinkSync('loop', path.join(folder.path, 'loop'));
    const { stderr, exitCode } = await runFakeCli(['check', 'loop'], { cwd: folder.path });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('cannot read "loop": ELOOP');
  });

  test('is named, files and folders', async () => {
    chmodSync(folder.path, 0o755);
    chmodSync(path.join(folder.path, 'bad'), 0o000);
    chmodSync(path.join(folder.path, 'good/Dockerfile'), 0o000);
    const { dockerfiles, unread } = await withoutRoot(() => readDockerfiles([], folder.path));
    chmodSync(path.join(folder.path, 'bad'), 0o755);
    expect(dockerfiles.map(({ file }) => file)).toEqual(['warned/Dockerfile']);
    expect(unread.map(({ message }) => message)).toEqual([
      'cannot read "bad": EACCES',
      'cannot read "good/Dockerfile": EACCES',
    ]);
  });
});

/** Root can read everything. */
async function withoutRoot<T>(task: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) {
    return task();
  }
  process.seteuid?.('nobody');
  try {
    return await task();
  } finally {
    process.seteuid?.(0);
  }
}

describe('finding Dockerfiles', () => {
  test.each([
    ['Dockerfile', true],
    ['Containerfile', true],
    ['dockerfile', true],
    ['Dockerfile.web', true],
    ['web.Dockerfile', true],
    ['web.containerfile', true],
    ['Dockerfile.dockerignore', false],
    ['Dockerfiles', false],
    ['MyDockerfile', false],
    ['image.Dockerfile.hbs', false],
    ['node_modules/x/Dockerfile', false],
    ['.git/Dockerfile', false],
    ['.devcontainer/Dockerfile', true],
  ])('%s: %s', async (name, isFound) => {
    using own = temporaryFolder();
    mkdirSync(path.join(own.path, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(own.path, name), '');
    const found = await findDockerfiles(['.'], own.path).catch(() => ({ files: [] }));
    expect(found.files).toEqual(isFound ? [name] : []);
  });

  test('takes a file that is named, whatever its name, and each file once', async () => {
    const catalog = path.join(folder.path, 'catalog.json');
    const asked = ['./good/Dockerfile', 'catalog.json', 'good', catalog];
    expect(await findDockerfiles(asked, folder.path)).toEqual({
      files: ['good/Dockerfile', 'catalog.json', catalog],
      unread: [],
    });
  });

  test('does not follow links', async () => {
    symlinkSync('.', path.join(folder.path, 'loop'));
    expect((await findDockerfiles([], folder.path)).files).toHaveLength(3);
  });
});
