import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createFileStore } from '../../../src/host/file-store.ts';
import { FactoryError } from '../../../src/model/index.ts';
import type {
  FactoryErrorCode,
  FailedAttempts,
  ImageOutcome,
  RunEvent,
  Stage,
} from '../../../src/model/index.ts';
import { afterAttempt, createAttempts, runsLeft, runsToWait } from '../../../src/pipeline/attempts.ts';
import { imageId, releasedOutcome } from '../../support/runs.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ID = imageId('node-24');
const FAILED: FailedAttempts = { failures: 4, waited: 0, recipe: 'a', code: 'BUILD_FAILED', message: 'no' };

function failed(at: Stage, code: FactoryErrorCode): ImageOutcome {
  return { kind: 'failed', id: ID, at, error: new FactoryError(code, 'cannot go on: no') };
}

test('the runs that leave an image out, by its failures in a row', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 50].map(runsToWait)).toEqual([0, 0, 1, 2, 4, 8, 16, 32, 32, 32]);
});

test.each([
  { waited: 0, recipe: 'a', left: 2 },
  { waited: 1, recipe: 'a', left: 1 },
  { waited: 2, recipe: 'a', left: 0 },
  { waited: 3, recipe: 'a', left: 0 },
  { waited: 0, recipe: 'b', left: 0 },
])('after 4 failures and $waited runs, with recipe $recipe: $left', ({ waited, recipe, left }) => {
  expect(runsLeft({ ...FAILED, waited }, recipe)).toBe(left);
});

describe('what is remembered of an attempt', () => {
  test.each([
    { outcome: failed('build', 'TOOL_FAILED'), before: undefined, failures: 1 },
    { outcome: failed('test', 'TOOL_FAILED'), before: FAILED, failures: 5 },
    { outcome: failed('test', 'TOOL_FAILED'), before: { ...FAILED, recipe: 'other' }, failures: 1 },
    { outcome: failed('build', 'STORAGE_FAILED'), before: FAILED, failures: 4 },
    { outcome: failed('build', 'NETWORK_FAILED'), before: undefined, failures: undefined },
    { outcome: failed('publish', 'REGISTRY_UNAVAILABLE'), before: FAILED, failures: 4 },
    { outcome: releasedOutcome(ID), before: FAILED, failures: undefined },
  ])('$outcome.kind $outcome.at, $before.failures before: $failures', ({ outcome, before, failures }) => {
    expect(afterAttempt(outcome, 'a', before)?.failures).toBe(failures);
  });
});

describe('the memory', () => {
  test('keeps and forgets', async () => {
    const attempts = createAttempts(createFileStore(await temporaryFolder()), () => undefined);
    expect(await attempts.of(ID)).toBeUndefined();
    await attempts.keep(ID, FAILED);
    expect(await attempts.of(ID)).toEqual(FAILED);
    await attempts.keep(ID, undefined);
    expect(await attempts.of(ID)).toBeUndefined();
  });

  test('that cannot be kept is told, and stops nothing', async () => {
    const events: RunEvent[] = [];
    const folder = path.join(await temporaryFolder(), 'file');
    await createFileStore(path.dirname(folder)).write('file', 'not a folder');
    const attempts = createAttempts(createFileStore(folder), (event) => events.push(event));
    await attempts.keep(ID, FAILED);
    expect(events).toMatchObject([
      { kind: 'notice', message: expect.stringMatching(/^cannot remember failures of node-24: /) },
    ]);
    expect(await attempts.of(ID)).toBeUndefined();
  });
});
