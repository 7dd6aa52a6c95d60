import {
  matchesPattern,
  type AcceptDecision,
  type DecisionUse,
  type DriftChange,
  type GateReason,
} from '../../model/index.ts';
import { aboutDecisions, decisionsFor, expiredText, type DecisionsFor } from './decisions.ts';
import { driftsOf, type Drift, type Drifts } from './drift.ts';
import type { GateFacts } from './facts.ts';
import type { GateConditions } from './rules.ts';

/** What happened, in the words of a reason. */
const WORDS: Readonly<Record<DriftChange, string>> = {
  'package-added': 'package appeared',
  'package-removed': 'package disappeared',
  'setuid-file': 'setuid file appeared',
  executable: 'program appeared',
  'open-port': 'open port appeared',
  'size-growth': 'download grew',
};

/** Subjects named in one reason; the image's records have all. */
const NAMED = 20;

/** What drifted, and what a decision says of it. */
interface JudgedDrift extends Drift {
  readonly accepted: readonly AcceptDecision[];
  readonly expired: readonly AcceptDecision[];
}

/** What appeared or disappeared though nobody changed catalog or stack waits for somebody to accept it. */
export function nothingDrifted(facts: GateFacts, conditions: GateConditions): readonly GateReason[] {
  const blocking = judged(facts, conditions).filter(({ accepted }) => accepted.length === 0);
  const alike = Map.groupBy(blocking, (drift) => `${drift.change} ${drift.platforms.join()}`);
  return [...alike.values()].map((some) => reasonOf(some));
}

/** The `accept` decisions that something needed, each for all that it accepts. */
export function acceptanceUses(facts: GateFacts, conditions: GateConditions): readonly DecisionUse[] {
  const accepted = judged(facts, conditions).flatMap((drift) =>
    drift.accepted.map(({ file }) => ({ file, drift })),
  );
  return [...Map.groupBy(accepted, ({ file }) => file)].flatMap(([file, some]) =>
    grouped(some.map(({ drift }) => drift)).map((what) => ({ file, what })),
  );
}

/** What a person should know of it though it stops nothing. */
export function driftNotices(facts: GateFacts, conditions: GateConditions): readonly string[] {
  const drifts = driftsIn(facts, conditions);
  if (drifts === undefined) {
    return [];
  }
  const since = facts.compared?.previous.tag ?? '';
  const accepted = judged(facts, conditions).filter((drift) => drift.accepted.length > 0);
  return [
    ...grouped(drifts.explained).map(
      (text) => `${text} since ${since}, which changed: ${drifts.changed.join(', ')}`,
    ),
    ...accepted.map((drift) => `${grouped([drift]).join()}, accepted by ${drift.accepted[0]?.file ?? ''}`),
    ...drifts.unknown.map((what) => `${what} of ${since} are not known: drift of them was not looked for`),
  ];
}

function judged(facts: GateFacts, conditions: GateConditions): readonly JudgedDrift[] {
  const drifts = driftsIn(facts, conditions)?.unexplained ?? [];
  const { inForce, expired } = decisionsFor('accept', facts.entry.id, conditions);
  return drifts
    .filter(({ change }) => change === 'size-growth' || conditions.policy.blockDrift)
    .map((drift) => ({
      ...drift,
      accepted: about(drift, inForce),
      expired: about(drift, expired),
    }));
}

function driftsIn({ compared, report }: GateFacts, { policy }: GateConditions): Drifts | undefined {
  return compared === undefined
    ? undefined
    : driftsOf(report?.contents ?? [], compared, policy.maxGrowthPercent);
}

function about(
  { change, subject }: Drift,
  decisions: DecisionsFor<'accept'>['inForce'],
): readonly AcceptDecision[] {
  return decisions.filter(
    (decision) => decision.change === change && matchesPattern(subject, decision.subject),
  );
}

function reasonOf(drifts: readonly JudgedDrift[]): GateReason {
  const expired = [...new Set(drifts.flatMap((drift) => drift.expired))];
  const rule = `drift-${drifts[0]?.change ?? ''}`;
  const isGrowth = rule === 'drift-size-growth';
  return {
    rule: isGrowth ? 'size-growth' : rule,
    message: `${grouped(drifts).join('; ')}, and no change of catalog or stack explains it${expiredText(expired)}`,
    ...aboutDecisions(expired),
  };
}

/** `linux/amd64: program appeared: /usr/bin/a, /usr/bin/b`, a line for each change and its platforms. */
function grouped(drifts: readonly Drift[]): readonly string[] {
  const alike = Map.groupBy(drifts, ({ change, platforms }) => `${platforms.join(', ')}: ${WORDS[change]}`);
  return [...alike].map(([what, some]) => {
    const subjects = some.map(({ subject, detail }) => detail ?? subject);
    const rest = subjects.length > NAMED ? ` and ${subjects.length - NAMED} more` : '';
    return `${what}: ${subjects.slice(0, NAMED).join(', ')}${rest}`;
  });
}
