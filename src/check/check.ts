import type { Dockerfile } from '../dockerfile/index.ts';
import { parseDockerfile } from '../dockerfile/index.ts';
import type { CheckFinding, CheckLevel, CheckSettings } from '../model/index.ts';
import { InternalError } from '../model/index.ts';
import { IGNORE_RULES, ignoreViolations, ignoresOf, reasonToIgnore } from './ignore.ts';
import type { RuleViolation } from './ignore.ts';
import { ownViolations } from './own-rules.ts';
import type { CheckPolicy } from './policy.ts';
import { RULES } from './rules/index.ts';

/** What is known of a rule, ours or the organisation's. */
export interface RuleDescription {
  readonly id: string;
  readonly level: CheckLevel;
  readonly summary: string;
  readonly help: string;
}

/** Every rule that applies, with the level the catalog gives it. */
export function describeRules({ levels, rules }: CheckSettings): readonly RuleDescription[] {
  const ours = [...RULES, ...IGNORE_RULES].map(({ id, level, summary, help }) => ({
    id,
    level: levels[id] ?? level,
    summary,
    help,
  }));
  const own = rules.map(({ id, level, message, help }) => ({ id, level, summary: message, help }));
  return [...ours, ...own];
}

/** Our own findings in one Dockerfile, in its order; what its comments ignore is among them, with the reason. */
export function checkDockerfile(
  { file, text }: { readonly file: string; readonly text: string },
  policy: CheckPolicy,
): readonly CheckFinding[] {
  const dockerfile = parseDockerfile(text);
  const rules = new Map(describeRules(policy.settings).map((rule) => [rule.id, rule]));
  const violations = violationsIn(dockerfile, policy);
  const ignores = ignoresOf(dockerfile);
  const active = violations.filter(({ rule }) => rules.get(rule)?.level !== 'off');
  return [...active, ...ignoreViolations(ignores, active, new Set(rules.keys()))]
    .sort((a, b) => a.line - b.line)
    .flatMap((violation) => toFinding(violation, file, rules))
    .map((finding) => {
      const ignored = reasonToIgnore(finding, ignores);
      return ignored === undefined ? finding : { ...finding, ignored };
    });
}

function violationsIn(dockerfile: Dockerfile, policy: CheckPolicy): RuleViolation[] {
  const ours = RULES.flatMap(({ id, violations }) =>
    violations(dockerfile, policy).map((violation) => ({ ...violation, rule: id })),
  );
  return [...ours, ...ownViolations(policy.settings.rules, dockerfile)];
}

function toFinding(
  { rule: id, line, message, help }: RuleViolation,
  file: string,
  rules: ReadonlyMap<string, RuleDescription>,
): CheckFinding[] {
  const rule = rules.get(id);
  if (rule === undefined) {
    throw new InternalError(`the check rule "${id}" is not described`);
  }
  return rule.level === 'off'
    ? []
    : [{ tool: 'ingot', rule: id, level: rule.level, file, line, message, help: help ?? rule.help }];
}
