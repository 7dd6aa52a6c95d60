import type { ReportedDecision } from './decision-schema.ts';
import { markdownTable } from './markdown-table.ts';

/** Names that are told; the report has all. */
const NAMED = 5;

/** Two lines for each decision: what was decided, and what became of it in the run. */
export function decisionsText(decisions: readonly ReportedDecision[]): string {
  return decisions
    .map((decision) => {
      const { file, owner, reason } = decision;
      const until = `${decision.kind === 'withdraw' ? 'looked at again on' : 'until'} ${decision.expires}`;
      return `${file}: ${whatOf(decision)}, ${until} (${owner}): ${reason}\n  ${stateText(decision)}`;
    })
    .join('\n');
}

/** Empty where nothing was decided. */
export function decisionsMarkdown(decisions: readonly ReportedDecision[]): string {
  if (decisions.length === 0) {
    return '';
  }
  const header = ['decision', 'what', 'owner', 'reason', 'expires', 'in this run'];
  const rows = decisions.map((decision) => [
    decision.file,
    whatOf(decision),
    decision.owner,
    decision.reason,
    decision.expires,
    stateText(decision),
  ]);
  return `## Decisions\n\n${markdownTable(header, rows)}`;
}

/** `waive CVE-2026-126714 in libssl3t64 for node-*` */
function whatOf({ kind, subject, target }: ReportedDecision): string {
  return [kind, subject, 'for', target].filter((word) => word !== '').join(' ');
}

function stateText(decision: ReportedDecision): string {
  const { state, uses, blocks, notLookedAt, note } = decision;
  const unknown = state === 'used' || state === 'standing' ? [] : notLookedAt;
  const parts = [
    ...(uses.length > 0 ? usesTexts(decision) : stateWords(state)),
    ...(blocks.length === 0 ? [] : [`blocks ${namesText(blocks)}`]),
    ...(unknown.length === 0 ? [] : [`not looked at: ${namesText(unknown)}`]),
    ...(note === null ? [] : [note]),
  ];
  return parts.join('; ');
}

function stateWords(state: ReportedDecision['state']): readonly string[] {
  if (state === 'not-looked-at') {
    return [];
  }
  return [state === 'standing' ? 'counts for ever, and nothing met it' : state];
}

/** `used by node-22, node-24: libssl3t64 3.5.4-1`, images with the same need together. */
function usesTexts({ uses }: ReportedDecision): readonly string[] {
  return [...Map.groupBy(uses, ({ what }) => what)].map(
    ([what, some]) => `used by ${namesText(some.map(({ image }) => image))}: ${what}`,
  );
}

function namesText(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return rest > 0 ? `${names.slice(0, NAMED).join(', ')} and ${rest} more` : names.join(', ');
}
