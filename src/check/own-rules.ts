import { RE2JS } from 're2js';
import type { Dockerfile } from '../dockerfile/index.ts';
import { instructionsOf } from '../dockerfile/index.ts';
import type { OwnCheckRule } from '../model/index.ts';
import type { RuleViolation } from './ignore.ts';

/** Violations of the organisation's own rules. RE2 takes linear time, whatever pattern and Dockerfile are. */
export function ownViolations(rules: readonly OwnCheckRule[], dockerfile: Dockerfile): RuleViolation[] {
  return rules.flatMap(({ id, instruction, pattern, message, help }) => {
    const compiled = RE2JS.compile(pattern);
    return instructionsOf(dockerfile)
      .filter(({ keyword }) => keyword === instruction)
      .filter(({ text, flags, heredocs }) => {
        const options = flags.map(({ name, value }) => (value === '' ? `--${name}` : `--${name}=${value}`));
        return compiled.matcher([[...options, text].join(' '), ...heredocs].join('\n')).find();
      })
      .map(({ line }) => ({ rule: id, line, message, help }));
  });
}
