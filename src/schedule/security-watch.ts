import type { ImagePlan } from '../model/index.ts';

/** The `Date` that each security suite's Release has, as its server tells it. */
export type SuiteDates = Readonly<Record<string, string>>;

/** Suites that are not what they were. What was never seen before is no news. */
export function movedSuites(before: SuiteDates, now: SuiteDates): readonly string[] {
  return Object.keys(now).filter((suite) => before[suite] !== undefined && before[suite] !== now[suite]);
}

/** Whether a plan builds something for a package of a security archive: only these are worth an early run. */
export function hasSecurityFix(plans: readonly Pick<ImagePlan, 'action'>[]): boolean {
  return plans.some((plan) => {
    const { action, due } = plan as Extract<ImagePlan, { readonly moved: unknown }>;
    return action === 'build' && due?.reasons.some((reason) => 'isSecurity' in reason && reason.isSecurity);
  });
}
