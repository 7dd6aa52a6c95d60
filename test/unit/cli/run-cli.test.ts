import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FactoryError, type CatalogEntry, type ImageId, type ImagePlan } from '../../../src/model/index.ts';
import { Report } from '../../../src/report/schema.ts';
import { GOOD_CATALOG, temporaryFolder, writeCatalog } from '../../support/catalog-folder.ts';
import type { TemporaryFolder } from '../../support/catalog-folder.ts';
import { FIRST, runFakeCli } from '../../support/fake-factory.ts';
import { BUILD_ID, blockedOutcome, imageId, releasedOutcome } from '../../support/runs.ts';

let folder: TemporaryFolder;

beforeEach(() => {
  folder = temporaryFolder();
  writeCatalog(folder.path, GOOD_CATALOG);
});

afterEach(() => folder[Symbol.dispose]());

test.each([
  { argv: ['nightly'], asked: ['open local', 'nightly base-13 node-24 node-22 {}', 'close'] },
  {
    argv: ['nightly', 'node', 'base-13'],
    asked: ['open local', 'nightly base-13 node-24 node-22 {}', 'close'],
  },
  {
    argv: ['nightly', '--platform', 'linux/arm64', 'node-24', '--platform', 'linux/amd64'],
    asked: ['open local', 'nightly node-24 {"platforms":["linux/arm64","linux/amd64"]}', 'close'],
  },
  { argv: ['plan', 'base'], asked: ['open local', 'plan base-13', 'close'] },
  {
    argv: ['nightly', '--locked', 'base'],
    asked: ['open local locked', 'nightly base-13 {}', 'close'],
  },
  { argv: ['plan', '--shard', '1/1', 'base'], asked: ['open local', 'plan base-13', 'close'] },
  { argv: ['plan', '--locked', 'base'], asked: ['open local locked', 'plan base-13', 'close'] },
  { argv: ['lock'], asked: ['lock base-13 node-24 node-22'] },
  { argv: ['lock', 'node-22', 'base'], asked: ['lock base-13 node-22'] },
  { argv: ['lock', '--tools'], asked: ['lock tools'] },
  { argv: ['scan', 'python-3.13', 'r.example/x:1'], asked: ['scan python-3.13 r.example/x:1 on local'] },
  { argv: ['status'], asked: ['open local', 'status base-13 node-24 node-22', 'close'] },
  {
    argv: ['rollback', 'base-13', '--reason', 'crashes'],
    asked: ['open local', 'rollback base-13 {"reason":"crashes"}', 'close'],
  },
  {
    argv: ['rollback', 'node-24', '--to', '24.1.0.202611210300', '--reason', 'crashes'],
    asked: ['open local', 'rollback node-24 {"reason":"crashes","to":"24.1.0.202611210300"}', 'close'],
  },
  { argv: ['reproduce', 'node-24'], asked: ['reproduce node-24 local', 'close'] },
  {
    argv: ['reproduce', 'node-24', '--export', '/tmp/node'],
    asked: ['export node-24 local to /tmp/node', 'close'],
  },
  { argv: ['local', 'start'], asked: ['start'] },
  { argv: ['local', 'stop'], asked: ['stop', 'remove emulation'] },
  { argv: ['local', 'load', 'base'], asked: ['load base-13'] },
  { argv: ['local', 'clean'], asked: ['clean'] },
])('ingot $argv', async ({ argv, asked }) => {
  const result = await runFakeCli(argv, { cwd: folder.path });
  expect({ ...result, stdout: '' }).toEqual({ exitCode: 0, stdout: '', stderr: '', asked });
});

test('an image that cannot be made again as it was ends with 1, and says where it is not the same', async () => {
  const { exitCode, stdout } = await runFakeCli(['reproduce', 'base-13'], { cwd: folder.path });
  expect(exitCode).toBe(1);
  expect(stdout).toMatchInlineSnapshot(`
    "image    127.0.0.1:5000/golden/python@sha256:abababababababababababababababababababababababababababababababab
    inputs   28 from the cache, 1 from the copies in 127.0.0.1:5000/golden
    builder  docker-buildx 0.13.1+ds1-3, docker.io 26.1.5+dfsg1-9+b13
    linux/amd64  the same  sha256:abababababababababababababababababababababababababababababababab
    linux/arm64  differs
      layer 2 of 3: /usr/bin/python3.13: mode: expected 0755, got 0700
    not reproduced: expected index sha256:abababababababababababababababababababababababababababababababab, got sha256:1212121212121212121212121212121212121212121212121212121212121212
    "
  `);
});

test('what was changed on the host is told, also where nothing more is asked', async () => {
  const result = await runFakeCli(['local', 'start', '--emulation', '--yes'], { cwd: folder.path });
  expect(result).toEqual({
    exitCode: 0,
    asked: ['find emulation', 'add emulation', 'start'],
    stderr: "registered ingot-qemu-aarch64 with this host's kernel\n",
    stdout:
      'registry: 127.0.0.1:5000\n' +
      'emulation: linux/arm64 by ingot-qemu-aarch64 (/qemu-aarch64), until `ingot local stop` or a reboot\n',
  });
});

test.each([
  { argv: [], stderr: /^Usage: ingot/ },
  { argv: ['nigthly'], stderr: /^ingot: unknown command 'nigthly'\n\(Did you mean nightly\?\)/ },
  { argv: ['nightly', '--tagret', 'x'], stderr: /^ingot: unknown option '--tagret'/ },
  {
    argv: ['nightly', '--platform', 'linux/arm'],
    stderr: /expected linux\/amd64 or linux\/arm64, got "linux\/arm"/,
  },
  {
    argv: ['nightly', '--target', 'prod'],
    stderr: /^ingot: cannot find the target: expected one of "local", got "prod"\n {2}hint: /,
  },
  { argv: ['rollback', 'base-13'], stderr: /^ingot: required option '--reason <text>' not specified/ },
  { argv: ['rollback', 'base-13', '--reason', ' '], stderr: /^ingot: cannot roll back without a reason/ },
  {
    argv: ['rollback', 'node', '--reason', 'x'],
    stderr: /^ingot: cannot roll back "node": expected the id of one image\n {2}hint: one of base-13, /,
  },
  {
    argv: ['nightly', 'deno'],
    stderr: /^ingot: cannot find the image: expected one of base-13, node-24, node-22, got "deno"/,
  },
  {
    argv: ['local', 'load', 'node'],
    stderr: /^ingot: cannot load "node": expected one image, got 2\n {2}hint: /,
  },
  { argv: ['local'], stderr: /^Usage: ingot local/ },
  { argv: ['local', 'load'], stderr: /\(ingot local load --help says more\)/ },
])('ingot $argv is a mistake of usage: 2', async ({ argv, stderr }) => {
  const result = await runFakeCli(argv, { cwd: folder.path });
  expect({ exitCode: result.exitCode, asked: result.asked }).toEqual({ exitCode: 2, asked: [] });
  expect(result.stderr).toMatch(stderr);
});

test.each([['--help'], ['--version'], ['help', 'nightly'], ['local', 'load', '--help']])(
  '%s %s is none',
  async (...argv) => {
    expect(await runFakeCli(argv, { cwd: folder.path })).toMatchObject({
      exitCode: 0,
      stderr: '',
      asked: [],
    });
  },
);

test('every mistake of the catalog is told, and nothing is started', async () => {
  writeCatalog(folder.path, { 'images/base.json': '{', 'teams/web.json': { name: 'web' } });
  const result = await runFakeCli(['nightly'], { cwd: folder.path });
  expect(result).toMatchObject({ exitCode: 2, stdout: '', asked: [] });
  expect(result.stderr.split('\n').slice(0, 3)).toEqual([
    'ingot: cannot use the catalog: 4 mistakes in it',
    '    images/base.json: line 1, column 2: expected a key in double quotes, got the end of the file',
    '    teams/web.json: images: expected a list, got nothing',
  ]);
});

test('a run ends with its report: text and file', async () => {
  const result = await runFakeCli(['nightly', 'node-24'], { cwd: folder.path });
  const report = Report.parse(
    JSON.parse(readFileSync(path.join(folder.path, 'out/latest/report.json'), 'utf8')),
  );
  expect(report).toMatchObject({
    exitCode: 0,
    target: 'local',
    images: [{ id: 'node-24', outcome: 'released' }],
  });
  expect(result.stdout).toContain('1 released');
  expect(result.stdout.trimEnd().endsWith(path.join('out', report.runId, 'report.json'))).toBe(true);
});

test('with --json every line is JSON and the last one the report', async () => {
  const { stdout } = await runFakeCli(['nightly', '--json'], { cwd: folder.path });
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map((line) => line.kind)).toEqual(['run-started', 'report']);
  expect(Report.parse(lines.at(-1).report).images).toHaveLength(3);
});

test('policy that says no ends with 1, and the report says the same', async () => {
  const outcomeOf = (id: string) => blockedOutcome(imageId(id));
  const { exitCode, stdout } = await runFakeCli(['nightly', 'base', '--json'], {
    cwd: folder.path,
    outcomeOf,
  });
  expect([exitCode, JSON.parse(stdout.trimEnd().split('\n').at(-1)!).report.exitCode]).toEqual([1, 1]);
});

test('a run that cannot start is reported as well, for every image', async () => {
  const failWith = new FactoryError('RUN_IN_PROGRESS', 'cannot start: another run', { hint: 'wait' });
  const { exitCode, stdout, stderr } = await runFakeCli(['nightly', '--json'], {
    cwd: folder.path,
    failWith,
  });
  const report = Report.parse(
    JSON.parse(readFileSync(path.join(folder.path, 'out/latest/report.json'), 'utf8')),
  );
  expect({ exitCode, stderr, lines: stdout.trimEnd().split('\n') }).toEqual({
    exitCode: 3,
    stderr: 'ingot: cannot start: another run\n  hint: wait\n',
    lines: [JSON.stringify({ kind: 'report', report })],
  });
  expect(report.exitCode).toBe(3);
  expect(report.images.map(({ id, error }) => [id, error?.code])).toEqual(
    ['base-13', 'node-24', 'node-22'].map((id) => [id, 'RUN_IN_PROGRESS']),
  );
});

test('a run whose report cannot be written does not start', async () => {
  writeFileSync(path.join(folder.path, 'out'), 'a file where the folder should be');
  const { exitCode, stderr, asked } = await runFakeCli(['nightly'], { cwd: folder.path });
  expect({ exitCode, asked }).toEqual({ exitCode: 3, asked: [] });
  expect(stderr).toMatch(/^ingot: cannot write the report of run/);
});

test.each(['--json', '--fail-on=new'])(
  'a run whose report cannot be written at the end tells what happened: %s',
  async (flag) => {
    // a file that is there is replaced, a folder is not
    const outcomeOf = (id: string) => {
      const [runId = ''] = readdirSync(path.join(folder.path, 'out'));
      mkdirSync(path.join(folder.path, 'out', runId, 'report.json'), { recursive: true });
      return releasedOutcome(imageId(id));
    };
    const { exitCode, stdout, stderr } = await runFakeCli(['nightly', 'base', flag], {
      cwd: folder.path,
      outcomeOf,
    });
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/"outcome":"released"|1 released in .*, target local\n$/);
    expect(stderr).toMatch(/^ingot: cannot write the report of run .*report\.json": EISDIR/);
  },
);

test('an image that cannot be planned, or locked, is told among the others, and in the exit code', async () => {
  const error = new FactoryError('PACKAGE_NOT_FOUND', 'cannot find package "php9"', {
    hint: 'check the name',
  });
  const planOf = (id: ImageId): ImagePlan =>
    id === 'base-13'
      ? { id, action: 'failed', error }
      : { id, action: 'build', due: FIRST, buildId: BUILD_ID, moved: [] };
  const options = {
    cwd: folder.path,
    planOf,
    relockImages: async ({ entries }: { readonly entries: readonly CatalogEntry[] }) =>
      entries.map(({ id }) => ({ kind: 'failed' as const, id, error })),
  };
  const text = await runFakeCli(['plan'], options);
  expect(text).toMatchObject({ exitCode: 3, stderr: '' });
  expect(text.stdout.split('\n').slice(0, 3)).toEqual([
    'base-13: failed, PACKAGE_NOT_FOUND: cannot find package "php9"',
    '  hint: check the name',
    'node-24: build cdcdcdcdcdcd, the first release',
  ]);
  const told = { code: 'PACKAGE_NOT_FOUND', message: 'cannot find package "php9"', hint: 'check the name' };
  for (const command of ['plan', 'lock']) {
    const json = await runFakeCli([command, 'base', '--json'], options);
    expect([json.exitCode, JSON.parse(json.stdout)[0].error]).toEqual([3, told]);
  }
});

test('a summary that cannot be written says what to look at', async () => {
  const { exitCode, stderr } = await runFakeCli(['lock', '--summary', 'nowhere/lock.md'], {
    cwd: folder.path,
  });
  const nowhere = path.join(folder.path, 'nowhere');
  expect({ exitCode, stderr }).toEqual({
    exitCode: 3,
    stderr: `ingot: cannot read or write "${nowhere}/lock.md": ENOENT\n  hint: check that "${nowhere}" can be read and written by this user\n`,
  });
});

test.each([
  {
    error: new FactoryError('HOST_UNSUPPORTED', 'cannot start the builder: not root'),
    exitCode: 3,
    text: 'ingot: cannot start the builder: not root\n',
  },
  {
    error: new FactoryError('CANCELLED', 'cannot go on: cancelled'),
    exitCode: 130,
    text: 'ingot: cannot go on: cancelled\n',
  },
  {
    error: new TypeError('x is undefined'),
    exitCode: 70,
    text: 'ingot: internal error: TypeError: x is undefined',
  },
])(
  '$error ends the command with $exitCode, after everything was closed',
  async ({ error, exitCode, text }) => {
    const result = await runFakeCli(['nightly'], { cwd: folder.path, failWith: error });
    expect(result.exitCode).toBe(exitCode);
    expect(result.stderr.startsWith(text)).toBe(true);
    expect(result.asked.at(-1)).toBe('close');
  },
);

test('a cancelled command ends with 130, whatever broke off', async () => {
  const signal = AbortSignal.abort();
  const failWith = new DOMException('This operation was aborted', 'AbortError');
  const { exitCode, stderr } = await runFakeCli(['nightly'], { cwd: folder.path, failWith, signal });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 130,
    stderr: expect.stringMatching(/^ingot: cannot finish: the run was cancelled\n {2}hint: run again/),
  });
});
