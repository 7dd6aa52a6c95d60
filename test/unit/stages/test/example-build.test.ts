import { expect, test } from 'vitest';
import { FactoryError } from '../../../../src/model/index.ts';
import { notBuilt } from '../../../../src/stages/test/example-build.ts';
import { stackOf } from '../../../support/resolve-world.ts';

const ENTRY = { stacks: [stackOf('static'), stackOf('node')] };

test.each([
  { summary: 'what to do', hint: 'run that first', got: 'cannot build: RUN npm ci (run that first)' },
  { summary: 'nothing more', got: 'cannot build: RUN npm ci' },
])('an example that does not build names its Dockerfile, the step and $summary', ({ hint, got }) => {
  const error = new FactoryError(
    'BUILD_FAILED',
    'cannot build: RUN npm ci',
    hint === undefined ? {} : { hint },
  );
  expect(notBuilt(error, ENTRY, 'linux/amd64')).toEqual({
    kind: 'failed',
    check: 'example-builds',
    platform: 'linux/amd64',
    expected: 'an image from stacks/node/example/Dockerfile',
    got,
  });
});
