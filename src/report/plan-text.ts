import type { ImagePlan, ImageStatus } from '../model/index.ts';
import { errorLines } from './error-text.ts';
import { movedLines } from './moved-text.ts';
import { tableText } from './table.ts';

/** A digest is told apart by far fewer digits than it has. */
const SHORT_DIGITS = 12;
const MOST_LINES = 30;

/** `ingot plan`: per image what would be done and why. */
export function planText(plans: readonly ImagePlan[]): string {
  return plans.map(onePlanText).join('\n');
}

function onePlanText(plan: ImagePlan): string {
  if (plan.action === 'fail') {
    const { id, error } = plan;
    return [
      `${id}: fails (${error.code})`,
      ...errorLines(error.message, error.hint).map((line) => `  ${line}`),
    ].join('\n');
  }
  const { id, action, buildId, published, moved } = plan;
  const short = buildId.slice(0, SHORT_DIGITS);
  if (action === 'keep') {
    return `${id}: nothing to do, ${published?.tags.unique ?? 'what is published'} is build ${short}`;
  }
  if (published === undefined) {
    return `${id}: build ${short}, the first release`;
  }
  if (moved.length === 0) {
    return `${id}: build ${short}, as ${published.tags.unique} does not tell its inputs`;
  }
  const lines = movedLines(moved);
  const rest = lines.length > MOST_LINES ? [`and ${lines.length - MOST_LINES} more; --json lists all`] : [];
  return [
    `${id}: build ${short}, as inputs moved since ${published.tags.unique}`,
    ...[...lines.slice(0, MOST_LINES), ...rest].map((line) => `  ${line}`),
  ].join('\n');
}

/** `ingot status`: one line per image of the catalog. */
export function statusText(statuses: readonly ImageStatus[]): string {
  const columns = ['image', 'published', 'since', 'build id', 'reference'].map((title) => ({
    title,
    align: 'left' as const,
  }));
  return tableText(
    columns,
    statuses.map(({ id, ref, record }) =>
      ref === undefined || record === undefined
        ? [id, 'nothing yet']
        : [
            id,
            record.tags.unique,
            record.promotedAt,
            record.buildId.slice(0, SHORT_DIGITS),
            `${ref.repository}@${ref.digest}`,
          ],
    ),
  );
}
