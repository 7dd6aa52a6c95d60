import type { ImagePlan, KnownPlan } from '../model/index.ts';
import { dueText, expectationText, planCounts } from './due-text.ts';
import { errorLines } from './error-text.ts';
import { movedLines } from './moved-text.ts';
import { shortDigits } from './units.ts';

const MOST_LINES = 30;

/** `ingot plan`: per image what would be done and why. */
export function planText(plans: readonly ImagePlan[]): string {
  const counts = plans.length > 1 ? ['', planCounts(plans)] : [];
  return [...plans.map(onePlanText), ...counts].join('\n');
}

function onePlanText(plan: ImagePlan): string {
  if (plan.action !== 'failed') {
    return knownPlanText(plan);
  }
  const { code, message, hint } = plan.error;
  const [first = '', ...rest] = errorLines(message, hint);
  return [`${plan.id}: failed, ${code}: ${first}`, ...rest.map((line) => `  ${line}`)].join('\n');
}

function knownPlanText(plan: KnownPlan): string {
  const { id, action, by, buildId, published, moved, withdrawn, due } = plan;
  const short = shortDigits(buildId);
  if (by !== undefined) {
    return frozenPlanText(plan, by);
  }
  if (withdrawn !== undefined) {
    return `${id}: nothing to do, ${withdrawn.tag} is build ${short} and was withdrawn: ${withdrawn.reason}`;
  }
  if (action === 'keep' || due === undefined) {
    return `${id}: nothing to do, ${published?.tags.unique ?? 'what is published'} is build ${short}`;
  }
  if (published === undefined) {
    return `${id}: build ${short}, the first release`;
  }
  const why = `${dueText(due)}; ${expectationText(due)}`;
  if (moved.length === 0) {
    return `${id}: build ${short}, ${published.tags.unique} is published: ${why}`;
  }
  const lines = movedLines(moved);
  const rest = lines.length > MOST_LINES ? [`and ${lines.length - MOST_LINES} more; --json lists all`] : [];
  return [
    `${id}: build ${short}, as inputs moved since ${published.tags.unique}: ${why}`,
    ...[...lines.slice(0, MOST_LINES), ...rest].map((line) => `  ${line}`),
  ].join('\n');
}

function frozenPlanText(
  { id, published, moved }: KnownPlan,
  { file, expires }: NonNullable<KnownPlan['by']>,
): string {
  const kept = published === undefined ? 'nothing is published' : `${published.tags.unique} stays`;
  const waiting = moved.length === 0 ? '' : `; ${String(moved.length)} inputs moved`;
  return `${id}: ${kept}, frozen by ${file} until ${expires}${waiting}`;
}
