import { describe, expect, test } from 'vitest';
import { loadCatalog } from '../../../src/catalog/index.ts';
import { problemsAfter } from '../../support/catalog-mistakes.ts';
import { GOOD_CATALOG, temporaryFolder, writeCatalog } from '../../support/catalog-folder.ts';

const common = { target: 'node-*', owner: 'payments', reason: 'until the fix is out', expires: '2027-01-31' };
const WAIVE = {
  ...common,
  kind: 'waive',
  vulnerability: 'CVE-2026-1',
  package: 'libssl3t64',
  status: 'not_affected',
  justification: 'vulnerable_code_not_in_execute_path',
};
const AFFECTED = { ...WAIVE, status: 'affected', justification: undefined, action: 'do not parse PKCS#7' };
const HOLD = { ...common, kind: 'hold', package: 'openssl', version: '3.5.4-1~deb13u1' };
const WITHDRAW = { ...common, kind: 'withdraw', release: '24.21.0.202611210312' };
const ACCEPT = { ...common, kind: 'accept', change: 'package-added', subject: 'libzstd1' };

async function problemsOf(decisions: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  return problemsAfter((files) => {
    for (const [name, decision] of Object.entries(decisions)) {
      files[`decisions/${name}.json`] = decision;
    }
  });
}

test.each<[string, object, readonly string[]]>([
  ['a waiver', WAIVE, []],
  ['an accepted risk', AFFECTED, []],
  ['an open question', { ...AFFECTED, status: 'under_investigation', action: undefined }, []],
  ['a hold', HOLD, []],
  ['a freeze', { ...common, kind: 'freeze' }, []],
  ['a withdrawal', WITHDRAW, []],
  ['a withdrawal by digest', { ...WITHDRAW, release: `sha256:${'a'.repeat(64)}` }, []],
  ['an acceptance', ACCEPT, []],
  ['an extension', { ...common, kind: 'extend' }, []],
  ['a waiver without owner', { ...WAIVE, owner: undefined }, ['owner: expected a string, got nothing']],
  ['a waiver of nobody', { ...WAIVE, owner: '  ' }, ['owner: expected some text, got "  "']],
  ['a waiver without reason', { ...WAIVE, reason: '' }, ['reason: expected some text, got ""']],
  ['a waiver without end', { ...WAIVE, expires: undefined }, ['expires: expected a string, got nothing']],
  [
    'a waiver of no image',
    { ...WAIVE, target: 'perl-*' },
    [
      'target: no image matches "perl-*", expected a pattern that matches one of "base-13", "node-24" or "node-22"',
    ],
  ],
  [
    'a waiver that does not say why',
    { ...WAIVE, justification: undefined },
    ['justification: expected it, or "impact", with "not_affected", got neither'],
  ],
  ['a waiver that says why in words', { ...WAIVE, justification: undefined, impact: 'no engine' }, []],
  [
    'a waiver that files prove',
    { ...WAIVE, justification: undefined, 'absent-files': ['/usr/bin/c_rehash'] },
    [],
  ],
  [
    'a waiver that files do not prove',
    { ...WAIVE, 'absent-files': ['/usr/bin/c_rehash'] },
    [
      'justification: expected "component_not_present" or "vulnerable_code_not_present" with "absent-files", got "vulnerable_code_not_in_execute_path"',
    ],
  ],
  [
    'a waiver of every file',
    { ...WAIVE, justification: undefined, 'absent-files': ['/*', 'usr/bin/x', '/a/../b'] },
    [
      'absent-files[0]: expected an absolute path such as "/usr/bin/c_rehash", in which * stands for any characters, got "/*"',
      'absent-files[1]: expected an absolute path such as "/usr/bin/c_rehash", in which * stands for any characters, got "usr/bin/x"',
      'absent-files[2]: expected an absolute path such as "/usr/bin/c_rehash", in which * stands for any characters, got "/a/../b"',
    ],
  ],
  [
    'an accepted risk with a justification',
    { ...AFFECTED, justification: 'component_not_present' },
    ['justification: expected it only with "not_affected", got "affected"'],
  ],
  [
    'advice where nothing is wrong',
    { ...WAIVE, action: 'do nothing' },
    ['action: expected it only with "affected", got "not_affected"'],
  ],
  [
    'a justification that OpenVEX does not have',
    { ...WAIVE, justification: 'seems_fine' },
    [
      'justification: expected "component_not_present", "vulnerable_code_not_present", "vulnerable_code_not_in_execute_path", "vulnerable_code_cannot_be_controlled_by_adversary" or "inline_mitigations_already_exist", got "seems_fine"',
    ],
  ],
  [
    'a hold of no version',
    { ...HOLD, version: 'latest' },
    ['version: expected the version of a Debian package such as "3.5.4-1~deb13u1", got "latest"'],
  ],
  [
    'a hold of no package',
    { ...HOLD, package: 'openssl *' },
    ['package: expected the name of a Debian package, got "openssl *"'],
  ],
  [
    'a withdrawal of a moving tag',
    { ...WITHDRAW, release: '24' },
    ['release: expected the digest of an index, or a unique tag such as "24.21.0.202611210312", got "24"'],
  ],
  [
    'an acceptance of a change there is not',
    { ...ACCEPT, change: 'mood' },
    [
      'change: expected "package-added", "package-removed", "setuid-file", "executable", "open-port" or "size-growth", got "mood"',
    ],
  ],
])('%s', async (_, decision, expected) => {
  expect(await problemsOf({ x: decision })).toEqual(
    expected.map((problem) => `decisions/x.json: ${problem}`),
  );
});

describe('two decisions', () => {
  test.each([WAIVE, HOLD, WITHDRAW, ACCEPT])('of one kind about one thing: $kind', async (decision) => {
    expect(await problemsOf({ a: decision, b: { ...decision, expires: '2027-02-28' } })).toEqual([
      'decisions/b.json: expected one file for it, got a second one: decisions/a.json decides the same',
    ]);
  });

  test('of two vulnerabilities are two', async () => {
    expect(await problemsOf({ a: WAIVE, b: { ...WAIVE, vulnerability: 'CVE-2026-2' } })).toEqual([]);
  });

  test('may freeze one image for two reasons', async () => {
    const freeze = { ...common, kind: 'freeze' };
    expect(await problemsOf({ a: freeze, b: { ...freeze, reason: 'a second incident' } })).toEqual([]);
  });

  test('cannot hold one package of one image at two versions', async () => {
    expect(await problemsOf({ a: HOLD, b: { ...HOLD, target: 'node-22', version: '3.5.5-1' } })).toEqual([
      'decisions/b.json: version: expected "3.5.4-1~deb13u1" as in decisions/a.json, which holds the same package for an image of both, got "3.5.5-1"',
    ]);
  });

  test('can hold one package of two images at two versions', async () => {
    const hold = { ...HOLD, target: 'node-24' };
    expect(await problemsOf({ a: hold, b: { ...hold, target: 'node-22', version: '3.5.5-1' } })).toEqual([]);
  });
});

test('files that are not there justify a waiver by themselves', async () => {
  const decision = { ...WAIVE, justification: undefined, 'absent-files': ['/usr/bin/c_rehash'] };
  using folder = temporaryFolder();
  writeCatalog(folder.path, { ...GOOD_CATALOG, 'decisions/a.json': { $schema: '../x.json', ...decision } });
  const loaded = await loadCatalog(folder.path);
  expect(loaded.kind === 'ok' ? loaded.catalog.decisions : loaded.problems).toEqual([
    {
      ...common,
      file: 'decisions/a.json',
      kind: 'waive',
      vulnerability: 'CVE-2026-1',
      package: 'libssl3t64',
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
      absentFiles: ['/usr/bin/c_rehash'],
    },
  ]);
});
