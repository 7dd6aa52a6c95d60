import { expect, test } from 'vitest';
import { exitCodeOfError, exitCodeOfRun } from '../../../src/cli/exit-code.ts';
import type { FactoryErrorCode, ImageOutcome } from '../../../src/model/index.ts';
import { FACTORY_ERROR_CODES, FactoryError, InternalError } from '../../../src/model/index.ts';
import { blockedOutcome, failedOutcome, imageId, keptOutcome, releasedOutcome } from '../../support/runs.ts';

const id = imageId('node-24');
const released = releasedOutcome(id);
const unchanged = releasedOutcome(id, 'unchanged');
const blocked = blockedOutcome(id);
const failed = failedOutcome(id);

function failedWith(code: FactoryErrorCode): ImageOutcome {
  return { kind: 'failed', id, at: 'build', error: new FactoryError(code, 'cannot go on: tested') };
}

test.each([
  { summary: 'no image', outcomes: [], code: 0 },
  { summary: 'released and unchanged', outcomes: [released, unchanged], code: 0 },
  { summary: 'one blocked', outcomes: [released, blocked], code: 1 },
  { summary: 'a template is wrong', outcomes: [blocked, failedWith('TEMPLATE_INVALID')], code: 2 },
  { summary: 'one failed, one blocked', outcomes: [blocked, failed, released], code: 3 },
  { summary: 'one kept as it is, because a source is down', outcomes: [released, keptOutcome(id)], code: 3 },
  { summary: 'cancelled', outcomes: [failed, failedWith('CANCELLED')], code: 130 },
])('$summary: $code', ({ outcomes, code }) => {
  expect(exitCodeOfRun(outcomes)).toBe(code);
});

test.each([
  { summary: 'blocked as it was told before', outcome: blockedOutcome(id, false), failOn: 'new', code: 0 },
  { summary: 'the same, where all count', outcome: blockedOutcome(id, false), failOn: 'any', code: 1 },
  { summary: 'newly blocked', outcome: blocked, failOn: 'new', code: 1 },
] as const)('$summary: $code', ({ outcome, failOn, code }) => {
  expect(exitCodeOfRun([outcome, released], failOn)).toBe(code);
});

test('every error code has an exit code', () => {
  const expected: Partial<Record<FactoryErrorCode, number>> = {
    USAGE: 2,
    CATALOG_INVALID: 2,
    DECISION_INVALID: 2,
    TEMPLATE_INVALID: 2,
    LOCK_STALE: 2,
    CANCELLED: 130,
    INTERNAL: 70,
  };
  for (const code of FACTORY_ERROR_CODES) {
    expect(exitCodeOfError(new FactoryError(code, 'cannot go on: tested'))).toBe(expected[code] ?? 3);
  }
});

test.each([
  { thrown: new TypeError('x') },
  { thrown: new InternalError('x') },
  { thrown: 'x' },
  { thrown: undefined },
])('$thrown is a bug: 70', ({ thrown }) => {
  expect(exitCodeOfError(thrown)).toBe(70);
});
