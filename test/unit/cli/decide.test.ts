import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  GOOD_CATALOG,
  temporaryFolder,
  writeCatalog,
  type TemporaryFolder,
} from '../../support/catalog-folder.ts';
import { runFakeCli } from '../../support/fake-factory.ts';

let folder: TemporaryFolder;

beforeEach(() => {
  folder = temporaryFolder();
  writeCatalog(folder.path, GOOD_CATALOG);
});

afterEach(() => folder[Symbol.dispose]());

const COMMON = [
  '--target',
  'node-*',
  '--owner',
  'payments',
  '--reason',
  'until March',
  '--expires',
  '2027-03-31',
];

function decide(...args: readonly string[]) {
  return runFakeCli(['decide', ...args], { cwd: folder.path });
}

function fileOf(name: string): unknown {
  return JSON.parse(readFileSync(path.join(folder.path, name), 'utf8'));
}

const said = {
  $schema: '../schemas/decision.json',
  target: 'node-*',
  owner: 'payments',
  reason: 'until March',
  expires: '2027-03-31',
};

describe('ingot decide', () => {
  test.each<[string, readonly string[], object]>([
    [
      'waive-cve-2026-1-libssl3t64',
      [
        'waive',
        'CVE-2026-1',
        '--package',
        'libssl3t64',
        '--status',
        'not_affected',
        '--absent-file',
        '/usr/bin/c_rehash',
      ],
      {
        kind: 'waive',
        vulnerability: 'CVE-2026-1',
        package: 'libssl3t64',
        status: 'not_affected',
        'absent-files': ['/usr/bin/c_rehash'],
      },
    ],
    [
      'hold-openssl',
      ['hold', 'openssl', '3.5.4-1'],
      { kind: 'hold', package: 'openssl', version: '3.5.4-1' },
    ],
    ['freeze-node', ['freeze'], { kind: 'freeze' }],
    [
      'withdraw-24.21.0.202611210312',
      ['withdraw', '24.21.0.202611210312'],
      { kind: 'withdraw', release: '24.21.0.202611210312' },
    ],
    [
      'accept-package-added-libzstd1',
      ['accept', 'package-added', 'libzstd1'],
      { kind: 'accept', change: 'package-added', subject: 'libzstd1' },
    ],
    ['extend-node', ['extend'], { kind: 'extend' }],
  ])('writes decisions/%s.json', async (name, args, fields) => {
    const { exitCode, stdout } = await decide(...args, ...COMMON);
    expect({ exitCode, first: stdout.split('\n')[0] }).toEqual({
      exitCode: 0,
      first: `wrote decisions/${name}.json`,
    });
    expect(fileOf(`decisions/${name}.json`)).toEqual({ ...said, ...fields });
  });

  test('says what it does until when, and what is to be done with it', async () => {
    const { stdout } = await decide('hold', 'openssl', '3.5.4-1', ...COMMON);
    expect(stdout).toBe(
      [
        'wrote decisions/hold-openssl.json',
        '  node-*, openssl 3.5.4-1: the package stays at that version',
        '  until 2027-03-31; payments answers for it',
        'it counts once it is there: have it reviewed, and commit it',
        '',
      ].join('\n'),
    );
  });

  test.each<[string, readonly string[], string]>([
    ['an exception for a year', ['freeze', ...COMMON.slice(0, -1), '2027-11-24'], ''],
    [
      'a withdrawal, which counts for ever',
      ['withdraw', '24.21.0.202611210312', ...COMMON.slice(0, -1), '2036-11-24'],
      '',
    ],
    [
      'an exception for longer, which it warns of',
      ['freeze', ...COMMON.slice(0, -1), '2027-11-25'],
      'warning: decisions/freeze-node.json: expires: 2027-11-25 is more than a year away: an exception is for a while\n',
    ],
  ])('writes %s', async (_, args, warning) => {
    expect(await decide(...args)).toMatchObject({ exitCode: 0, stderr: warning });
    const listed = await decide();
    expect(listed.stderr).toBe(warning);
    expect(listed.stdout.split('\n')[1]).toMatch(warning === '' ? /^in force / : /^too long /);
  });

  test('overwrites nothing', async () => {
    await decide('freeze', ...COMMON);
    const { exitCode, stderr } = await decide('freeze', ...COMMON);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('cannot write decisions/freeze-node.json: it is there already');
  });

  test.each<[string, readonly string[], string]>([
    ['what is missing', ['freeze', '--owner', 'x'], 'expected --target, --reason, --expires, got nothing'],
    [
      'a day that is over',
      ['freeze', ...COMMON.slice(0, -1), '2026-11-22'],
      'expected a day from 2026-11-23 on, got "2026-11-22"',
    ],
    [
      'an image there is not',
      ['freeze', '--target', 'nod-24', ...COMMON.slice(2)],
      'target: no image matches "nod-24", did you mean "node-24"?',
    ],
    [
      'a waiver that does not say why',
      ['waive', 'CVE-2026-1', '--package', 'x', '--status', 'not_affected', ...COMMON],
      'justification: expected it',
    ],
    [
      'a version that is none',
      ['hold', 'openssl', 'latest', ...COMMON],
      'version: expected the version of a Debian package',
    ],
  ])('refuses %s, and leaves no file behind', async (_, args, message) => {
    const { exitCode, stderr } = await decide(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect((await decide('--json')).stdout).toBe('[]\n');
  });

  test('without a kind lists what there is, those that need somebody first', async () => {
    await decide('freeze', ...COMMON);
    await decide('extend', ...COMMON.slice(0, -1), '2026-11-30');
    writeCatalog(folder.path, {
      'decisions/old.json': { ...said, kind: 'extend', target: 'base-13', expires: '2026-11-22' },
    });
    const { stdout } = await decide();
    expect(stdout.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
      'state | until | kind | target | subject | owner | file',
      'expired | 2026-11-22 | extend | base-13 | payments | decisions/old.json',
      'ends soon | 2026-11-30 | extend | node-* | payments | decisions/extend-node.json',
      'in force | 2027-03-31 | freeze | node-* | payments | decisions/freeze-node.json',
      '',
    ]);
  });
});
