import { expect, test } from 'vitest';
import type { ImageId, Platform } from '../../../src/model/index.ts';
import { assertBuildable } from '../../../src/pipeline/buildable.ts';
import { stackOf } from '../../support/resolve-world.ts';

const AMD64: readonly Platform[] = ['linux/amd64'];
const BOTH: readonly Platform[] = ['linux/amd64', 'linux/arm64'];

const runtime = { id: 'node-24' as ImageId, stacks: [stackOf('node')] };
const dev = {
  id: 'node-dev-24' as ImageId,
  stacks: [stackOf('system', { isInstalled: true }), stackOf('node')],
};

test.each([
  { summary: 'a runtime image of another platform', entry: runtime, platforms: BOTH, runs: AMD64 },
  { summary: 'a dev image where the platform is emulated', entry: dev, platforms: BOTH, runs: BOTH },
  { summary: "a dev image of the machine's own platform", entry: dev, platforms: AMD64, runs: AMD64 },
])('$summary can be built', ({ entry, platforms, runs }) => {
  expect(() => {
    assertBuildable(entry, platforms, { platforms: runs });
  }).not.toThrow();
});

test('a dev image of a platform that cannot run here is refused before anything is built', () => {
  expect(() => {
    assertBuildable(dev, BOTH, { platforms: AMD64 });
  }).toThrow(
    expect.objectContaining({
      code: 'HOST_UNSUPPORTED',
      message:
        'cannot build "node-dev-24" for linux/arm64: expected a builder that runs it, got one for linux/amd64',
    }),
  );
});
