import type { ImagePlan } from '../model/index.ts';
import { dueText, expectationText, planCounts } from './due-text.ts';
import { code, markdownTable } from './markdown-table.ts';
import { movedLines } from './moved-text.ts';

/** `ingot plan --markdown`: for a pull request, or a run's summary page. */
export function planMarkdown(plans: readonly ImagePlan[]): string {
  const table = markdownTable(['image', 'plan', 'why', 'published'], plans.map(rowOf));
  const sections = ['# ingot plan', `${planCounts(plans)}.`, table, ...plans.flatMap(movedSection)];
  return sections.join('\n\n');
}

function rowOf(plan: ImagePlan): string[] {
  if (plan.action === 'failed') {
    return [plan.id, 'failed', `${code(plan.error.code)} ${plan.error.message}`, ''];
  }
  const { id, action, due, by, withdrawn, published } = plan;
  const reasons = [
    ...(due === undefined ? [] : [dueText(due)]),
    ...(by === undefined ? [] : [`frozen by ${code(by.file)} until ${by.expires}`]),
    ...(withdrawn === undefined ? [] : [`${code(withdrawn.tag)} was withdrawn: ${withdrawn.reason}`]),
  ];
  const what = action === 'build' && due !== undefined ? `build, ${expectationText(due)}` : 'nothing to do';
  return [id, what, reasons.join('; '), published === undefined ? '' : code(published.tags.unique)];
}

function movedSection(plan: ImagePlan): readonly string[] {
  if (plan.action === 'failed' || plan.moved.length === 0) {
    return [];
  }
  return [
    `## ${plan.id}`,
    movedLines(plan.moved)
      .map((line) => `- ${line}`)
      .join('\n'),
  ];
}
