import { expect, test } from 'vitest';
import type { LockedLayer } from '../../../../src/model/index.ts';
import { packagesOn } from '../../../../src/model/index.ts';
import { openArchive, resolve } from '../../../../src/stages/resolve/index.ts';
import { createWorld, entryOf, stackOf } from '../../../support/resolve-world.ts';

const packages = [
  { name: 'base-files', fields: { Essential: 'yes' } },
  { name: 'libc6' },
  { name: 'dash', fields: { Essential: 'yes', Depends: 'libc6, debconf' } },
  { name: 'debconf' },
  { name: 'git', fields: { Depends: 'libc6' } },
  { name: 'python3', fields: { Depends: 'libc6, debconf' } },
  { name: 'python3-pip', fields: { Depends: 'python3' } },
];

const entry = entryOf({
  platforms: ['linux/amd64'],
  stacks: [
    stackOf('essential', { isInstalled: true }),
    stackOf('system', { isInstalled: true, packages: ['git'] }),
    stackOf('python-dev', { isInstalled: true, packages: ['python3-pip'] }),
    stackOf('base', { packages: ['libc6'] }),
    stackOf('python', { packages: ['python3'], exclude: [{ package: 'debconf', reason: 'asks nobody' }] }),
  ],
  version: { kind: 'package', name: 'python3' },
});

function namesIn({ stack, packages: inLayer }: LockedLayer): readonly string[] {
  return [stack, ...inLayer.map(({ name }) => name)];
}

test('dpkg installs from the essential packages up to all of the runtime image, without its exclusions', async () => {
  const world = await createWorld({ packages });
  const deps = world.run();
  const archive = openArchive({ architectures: ['amd64'] }, deps);
  const { lock } = await resolve({ entry, archive }, deps);
  expect(lock.platforms[0]?.layers.map(namesIn)).toEqual([
    ['essential', 'base-files', 'dash', 'debconf', 'libc6'],
    ['system', 'git'],
    ['python-dev', 'python3', 'python3-pip'],
    ['base', 'libc6'],
    ['python', 'python3'],
  ]);
  const [platform] = lock.platforms;
  expect(platform === undefined ? [] : packagesOn(platform).map(({ name }) => name)).toEqual([
    'base-files',
    'dash',
    'debconf',
    'libc6',
    'git',
    'python3',
    'python3-pip',
  ]);
});
