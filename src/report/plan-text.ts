import type { ImagePlan, ImageStatus, MovedInput } from '../model/index.ts';
import { tableText } from './table.ts';

/** A digest is told apart by far fewer digits than it has. */
const SHORT_DIGITS = 12;
const MOST_INPUTS = 40;

/** `ingot plan`: per image what would be done, and the inputs that are not what was published. */
export function planText(plans: readonly ImagePlan[]): string {
  return plans.map(onePlanText).join('\n\n');
}

function onePlanText({ id, action, buildId, published, moved }: ImagePlan): string {
  const short = buildId.slice(0, SHORT_DIGITS);
  if (action === 'keep') {
    return `${id}: nothing to build, ${published?.tags.unique ?? 'the published image'} has build id ${short}`;
  }
  if (published === undefined) {
    return `${id}: build ${short}, nothing is published yet`;
  }
  const shown = moved.slice(0, MOST_INPUTS).map((input) => `  ${movedText(input)}`);
  const rest = moved.length > MOST_INPUTS ? [`  and ${moved.length - MOST_INPUTS} more`] : [];
  return [
    `${id}: build ${short}, as these inputs differ from ${published.tags.unique}`,
    ...shown,
    ...rest,
  ].join('\n');
}

function movedText({ input, before, after }: MovedInput): string {
  if (before === undefined) {
    return `+ ${input}: ${shortened(after)}`;
  }
  return after === undefined
    ? `- ${input}: ${shortened(before)}`
    : `~ ${input}: ${shortened(before)} → ${shortened(after)}`;
}

function shortened(value = ''): string {
  return value.replaceAll(/\b[0-9a-f]{64}\b/g, (digest) => digest.slice(0, SHORT_DIGITS));
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
