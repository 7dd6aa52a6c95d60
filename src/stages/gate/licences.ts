import { matchesPattern, type GateReason } from '../../model/index.ts';
import type { GateFacts } from './facts.ts';
import { parseLicenceExpression, type LicenceExpression } from './licence-expression.ts';
import type { GateConditions } from './rules.ts';

/** No package may need a licence that policy denies. Where there is a choice, one that is not denied is chosen. */
export function noDeniedLicence(
  { licences }: GateFacts,
  { policy: { deniedLicences } }: GateConditions,
): readonly GateReason[] {
  if (deniedLicences.length === 0) {
    return [];
  }
  if (licences === undefined) {
    return [{ rule: 'licences-unknown', message: 'policy denies licences, and the SBOM names none' }];
  }
  return licences.flatMap(({ package: name, expression }) => {
    const denied = [...new Set(deniedIn(expression, deniedLicences))];
    return denied.length === 0
      ? []
      : [{ rule: 'denied-licence', message: `${name}: ${denied.join(', ')} is denied, got "${expression}"` }];
  });
}

/** Denied licences that an expression leaves no way around. What is no expression leaves no choice. */
export function deniedIn(expression: string, patterns: readonly string[]): readonly string[] {
  const parsed = parseLicenceExpression(expression);
  return parsed === undefined
    ? expression.split(/[\s()]+/).filter((word) => word !== '' && isDenied(word, patterns))
    : deniedInParsed(parsed, patterns);
}

function deniedInParsed(expression: LicenceExpression, patterns: readonly string[]): readonly string[] {
  if (expression.kind === 'licence') {
    return isDenied(expression.name, patterns) ? [expression.name] : [];
  }
  const parts = expression.parts.map((part) => deniedInParsed(part, patterns));
  const hasChoice = expression.kind === 'or' && parts.some((denied) => denied.length === 0);
  return hasChoice ? [] : parts.flat();
}

/** SPDX 2.3 annex D: ids are compared without regard to case. */
function isDenied(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matchesPattern(name.toLowerCase(), pattern.toLowerCase()));
}
