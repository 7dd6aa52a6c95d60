const WILDCARDS: ReadonlyMap<string, string> = new Map([
  ['*', '.*'],
  ['?', '.'],
]);

/** `*` stands for any characters, also none, and `?` for one. */
export function matchesWildcard(text: string, pattern: string): boolean {
  const source = pattern.split(/([*?])/).map((part) => WILDCARDS.get(part) ?? RegExp.escape(part));
  return new RegExp(`^${source.join('')}$`, 's').test(text);
}

/** An ARN has six parts, of which the last may hold colons; wildcards do not reach over the others' ends. */
const ARN_PARTS = 6;

/** IAM user guide, "ARN condition operators": part by part. */
export function matchesArn(text: string, pattern: string): boolean {
  const [parts, patterns] = [arnParts(text), arnParts(pattern)];
  return (
    parts.length === ARN_PARTS &&
    patterns.length === ARN_PARTS &&
    parts.every((part, index) => matchesWildcard(part, patterns[index] ?? ''))
  );
}

function arnParts(arn: string): readonly string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, ARN_PARTS - 1), ...rest(parts.slice(ARN_PARTS - 1))];
}

function rest(parts: readonly string[]): readonly string[] {
  return parts.length === 0 ? [] : [parts.join(':')];
}
