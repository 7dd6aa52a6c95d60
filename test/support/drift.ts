import type { AcceptDecision, PlatformContent } from '../../src/model/index.ts';
import { decideGate, type GateFacts } from '../../src/stages/gate/index.ts';
import { comparedWith, CONDITIONS, goodFacts } from './gate-facts.ts';

/** A build that holds `now`, of the same catalog and stacks as a release that held `before`. */
export function driftFacts(
  before: PlatformContent,
  now: PlatformContent,
  origin: Parameters<typeof comparedWith>[1] = {},
): GateFacts {
  const good = goodFacts({ compared: comparedWith([before], origin) });
  return { ...good, report: { checks: good.report?.checks ?? [], contents: [now] } };
}

/** `rule: message` */
export function driftReasons(facts: GateFacts, conditions = CONDITIONS): readonly string[] {
  const verdict = decideGate(facts, conditions);
  return verdict.kind === 'pass' ? [] : verdict.reasons.map(({ rule, message }) => `${rule}: ${message}`);
}

/** Accepts that any package appeared. */
export function accept(fields: Partial<AcceptDecision>): AcceptDecision {
  return {
    kind: 'accept',
    file: 'decisions/ssl.json',
    target: 'python-*',
    owner: 'platform',
    reason: 'Debian renamed it',
    expires: '2026-12-31',
    change: 'package-added',
    subject: '*',
    ...fields,
  };
}
