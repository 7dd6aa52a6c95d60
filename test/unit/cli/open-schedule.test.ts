import { expect, test } from 'vitest';
import { readPlan } from '../../../src/cli/open-schedule.ts';

test('a plan is read, and one that could not start says why', () => {
  expect(readPlan({ stdout: '[]\n', stderr: '' })).toEqual([]);
  expect(() => readPlan({ stdout: '', stderr: 'ingot: cannot read the catalog: it is broken\n' })).toThrow(
    expect.objectContaining({
      code: 'TOOL_FAILED',
      message: 'cannot plan an early run: ingot: cannot read the catalog: it is broken',
    }),
  );
});
