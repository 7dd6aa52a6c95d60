import { expect, test } from 'vitest';
import type { DueReason, ImagePlan } from '../../../src/model/index.ts';
import { hasSecurityFix, movedSuites } from '../../../src/schedule/index.ts';

test.each([
  { summary: 'what was never seen is no news', before: {}, now: { a: '1' }, moved: [] },
  { summary: 'the same date', before: { a: '1' }, now: { a: '1' }, moved: [] },
  { summary: 'one of two', before: { a: '1', b: '1' }, now: { a: '1', b: '2' }, moved: ['b'] },
])('$summary: $moved', ({ before, now, moved }) => {
  expect(movedSuites(before, now)).toEqual(moved);
});

const FIX: DueReason = { kind: 'package', name: 'libssl3t64', before: ['1'], after: ['2'], isSecurity: true };

function plan(action: 'build' | 'keep', ...reasons: DueReason[]): ImagePlan {
  return { action, due: { reasons, expected: 'change' }, moved: [] } as unknown as ImagePlan;
}

test.each([
  { plans: [plan('build', { kind: 'toolbox' }), plan('build', FIX)], isFix: true },
  { plans: [plan('build', { ...FIX, isSecurity: false })], isFix: false },
  { plans: [plan('keep', FIX)], isFix: false },
  { plans: [{ action: 'failed' } as ImagePlan], isFix: false },
  { plans: [], isFix: false },
])('a plan $plans.0.action has a fix: $isFix', ({ plans, isFix }) => {
  expect(hasSecurityFix(plans)).toBe(isFix);
});
