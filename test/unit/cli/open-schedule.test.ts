import { expect, test } from 'vitest';
import { isFixIn } from '../../../src/cli/open-schedule.ts';

const FIX = { kind: 'package', name: 'libssl3t64', before: ['1'], after: ['2'], isSecurity: true };
const FIXED = { id: 'node-24', action: 'build', due: { reasons: [FIX], expected: 'change' }, moved: [] };
const KEPT = { id: 'base-13', action: 'keep', moved: [] };
const BROKEN = {
  id: 'php-8',
  action: 'failed',
  error: { code: 'CATALOG_INVALID', message: 'cannot use it' },
};
const OFFLINE = {
  id: 'go-1',
  action: 'failed',
  error: { code: 'NETWORK_FAILED', message: 'cannot fetch it' },
};

test.each([
  { summary: 'nothing is due', plans: [KEPT], isFix: false },
  { summary: 'a fix', plans: [KEPT, FIXED], isFix: true },
  { summary: 'a fix, whatever fails beside it', plans: [OFFLINE, FIXED], isFix: true },
  { summary: 'an image that is broken every time', plans: [BROKEN, KEPT], isFix: false },
])('$summary: $isFix', ({ plans, isFix }) => {
  expect(isFixIn({ stdout: JSON.stringify(plans), stderr: '' })).toBe(isFix);
});

test.each([
  {
    summary: 'could not look at an image',
    stdout: JSON.stringify([KEPT, OFFLINE]),
    stderr: '',
    message: 'cannot plan an early run: go-1: cannot fetch it',
  },
  {
    summary: 'could not start',
    stdout: '',
    stderr: 'ingot: cannot start: the disk is full\n',
    message: 'cannot plan an early run: ingot: cannot start: the disk is full',
  },
])('a plan that $summary does not say that nothing is due', ({ stdout, stderr, message }) => {
  expect(() => isFixIn({ stdout, stderr })).toThrow(
    expect.objectContaining({ code: 'TOOL_FAILED', message }),
  );
});
