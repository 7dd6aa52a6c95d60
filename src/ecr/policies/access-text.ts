import type { NearMiss, StatementName } from '../iam/evaluate.ts';
import type { AccessExplanation } from './explain.ts';

const MISSING = {
  endpoint: 'the policy of the VPC endpoint allows no such thing',
  identity: 'no policy of who asks allows it',
  resource: 'no policy of what is asked for allows it',
} as const;

/** For a terminal: the answer first, then the statements that decide it, then what was assumed. */
export function accessText(explanation: AccessExplanation): string {
  const { principal, action, resource, viaEndpoint, decision, assumptions } = explanation;
  const answer = decision.kind === 'allowed' ? 'allowed' : 'denied';
  const way = viaEndpoint ? ' through the VPC endpoint' : '';
  return [
    `${answer}: ${action} on ${resource} by ${principal}${way}`,
    ...reasons(decision).map((line) => `  ${line}`),
    ...assumptions.map((line) => `  note: ${line}`),
  ].join('\n');
}

function reasons(decision: AccessExplanation['decision']): readonly string[] {
  switch (decision.kind) {
    case 'allowed':
      return decision.by.map((name) => `${nameText(name)} allows it`);
    case 'denied':
      return [`${nameText(decision.by)} denies it`];
    case 'not-allowed':
      return [...decision.missing.map((kind) => MISSING[kind]), ...decision.near.map(nearText)];
  }
}

function nearText(near: NearMiss): string {
  return `${nameText(near)} would, but for its ${near.element}`;
}

function nameText({ policy, statement }: StatementName): string {
  return `${policy}: ${statement}`;
}
