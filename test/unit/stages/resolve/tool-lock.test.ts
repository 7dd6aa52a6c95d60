import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ToolLock } from '../../../../src/model/index.ts';
import {
  fetchToolPackages,
  lockTools,
  openArchive,
  parseToolLock,
  toolLockText,
  type ToolRequest,
} from '../../../../src/stages/resolve/index.ts';
import type { FakePackage, FakeSuite } from '../../../support/archive.ts';
import { createWorld, type World } from '../../../support/resolve-world.ts';
import { ROOT } from '../../../support/source-tree.ts';

const suites = ['trixie', 'bookworm'].flatMap((codename): readonly FakeSuite[] => [
  { archive: 'debian', suite: codename },
  { archive: 'debian', suite: `${codename}-updates` },
  { archive: 'debian-security', suite: `${codename}-security` },
]);

const packages: readonly FakePackage[] = [
  { name: 'tar', fields: { Depends: 'libc6, debconf' } },
  { name: 'libc6' },
  { name: 'debconf' },
  { name: 'runc', version: '1.3', fields: { Depends: 'libc6' } },
  { name: 'runc', version: '1.1', suite: 'bookworm', fields: { Depends: 'libseccomp2' } },
  { name: 'libseccomp2', suite: 'bookworm' },
];

/** The others are locks of images. */
const TOOL_LOCK = /^(?:builder|emulator|toolbox-[a-z]+)\.json$/;

const closure: ToolRequest = {
  suite: 'trixie',
  packages: ['tar'],
  closure: true,
  exclude: [{ package: 'debconf', reason: 'asks nobody' }],
};
const exact: ToolRequest = { suite: 'bookworm', packages: ['runc'], closure: false, exclude: [] };

async function lockIn(world: World, requests: readonly ToolRequest[]): Promise<ToolLock> {
  return lockTools(
    { name: 'builder', requests },
    openArchive({ architectures: ['amd64', 'arm64'] }, world.run()),
  );
}

describe('lockTools', () => {
  test('a closure, and packages alone, from the releases named', async () => {
    const lock = await lockIn(await createWorld({ packages, suites }), [exact, closure]);
    const text = lock.architectures.arm64.map(
      (each) => `${each.name} ${each.version} ${each.suite}: ${each.requestedBy.join()}`,
    );
    expect(text).toEqual([
      'libc6 1.0-1 trixie: tar',
      'runc 1.1 bookworm: tool builder',
      'tar 1.0-1 trixie: tool builder',
    ]);
    expect(lock.architectures.amd64.map((each) => each.architecture)).toEqual(['amd64', 'amd64', 'amd64']);
    expect(lock.suites.map(({ suite }) => suite)).toEqual([
      'bookworm',
      'bookworm-updates',
      'bookworm-security',
      'trixie',
      'trixie-updates',
      'trixie-security',
    ]);
  });

  test('is read again as it was written', async () => {
    const lock = await lockIn(await createWorld({ packages, suites }), [closure]);
    expect(parseToolLock(toolLockText(lock), 'locks/builder.json')).toEqual(lock);
  });
});

describe('fetchToolPackages', () => {
  test('gives the files of one architecture by digest', async () => {
    const world = await createWorld({ packages, suites });
    const lock = await lockIn(world, [closure]);
    const files = await fetchToolPackages(lock, 'amd64', world.run());
    expect([...files.keys()].sort()).toEqual(lock.architectures.amd64.map(({ sha256 }) => sha256).sort());
    for (const [digest, file] of files) {
      expect(`sha256:${path.basename(file)}`).toBe(digest);
    }
  });

  test('a package the archive replaced', async () => {
    const world = await createWorld({ packages, suites });
    const lock = await lockIn(world, [closure]);
    world.mirror.fault('debian/pool/main/t/tar/tar_1.0-1_amd64.deb', { kind: 'status', status: 404 });
    await expect(fetchToolPackages(lock, 'amd64', world.run())).rejects.toMatchObject({
      code: 'PACKAGE_NOT_FOUND',
      message: expect.stringContaining('"tar" 1.0-1'),
    });
  });
});

describe('parseToolLock', () => {
  const file = 'locks/builder.json';
  const valid = async () => lockIn(await createWorld({ packages, suites }), [closure]);

  test.each([
    {
      summary: 'unknown keys',
      change: (lock: object) => ({ ...lock, comment: 'x' }),
      problems: [/locks\/builder\.json: .*"comment"/],
    },
    {
      summary: 'a digest that is none, and a path that leads out',
      change: (lock: ToolLock) => {
        const [first, ...others] = lock.architectures.amd64;
        const bad = { ...first, sha256: 'sha256:12', path: 'pool/../../etc/passwd.deb', size: -1 };
        return { ...lock, architectures: { ...lock.architectures, amd64: [bad, ...others] } };
      },
      problems: [
        /architectures\.amd64\[0\]\.sha256: expected sha256:/,
        /architectures\.amd64\[0\]\.path: expected a relative path that ends in \.deb/,
        /architectures\.amd64\[0\]\.size/,
      ],
    },
    {
      summary: 'an architecture missing',
      change: (lock: ToolLock) => ({ ...lock, architectures: { amd64: [] } }),
      problems: [/architectures\.arm64/],
    },
  ])('$summary', async ({ change, problems }) => {
    const text = JSON.stringify(change(await valid()));
    const failure = expect(() => parseToolLock(text, file));
    for (const problem of problems) {
      failure.toThrow(
        expect.objectContaining({ code: 'CATALOG_INVALID', message: expect.stringMatching(problem) }),
      );
    }
  });

  test.each([
    { summary: 'another layout', text: '{"schemaVersion":2}', message: 'schemaVersion: ' },
    { summary: 'no JSON', text: '{', message: 'expected JSON' },
  ])('$summary', ({ text, message }) => {
    expect(() => parseToolLock(text, file)).toThrow(
      expect.objectContaining({
        code: 'CATALOG_INVALID',
        message: expect.stringContaining(message),
        hint: expect.stringContaining('ingot lock'),
      }),
    );
  });

  test('the committed locks are valid, and as their writer writes them', async () => {
    const folder = path.join(ROOT, 'locks');
    const names = (await readdir(folder)).filter((name) => TOOL_LOCK.test(name));
    expect(names).toContain('builder.json');
    for (const name of names) {
      const text = await readFile(path.join(folder, name), 'utf8');
      expect(toolLockText(parseToolLock(text, name))).toBe(text);
    }
  });
});
