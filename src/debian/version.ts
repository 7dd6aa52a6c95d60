/** Operators of a versioned relation, Debian policy 7.1. */
export type VersionOperator = '<<' | '<=' | '=' | '>=' | '>>';

export interface VersionConstraint {
  readonly operator: VersionOperator;
  readonly version: string;
}

interface VersionParts {
  readonly epoch: string;
  readonly upstream: string;
  readonly revision: string;
}

const TILDE = 0x7e;

/**
 * Debian's order of versions, policy 5.6.12: negative when `a` is older than `b`, 0 when neither is.
 * A total order over all strings; it does not check that they are well-formed versions.
 */
export function compareVersions(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  const left = splitVersion(a);
  const right = splitVersion(b);
  return (
    compareNumbers(left.epoch, right.epoch) ||
    comparePart(left.upstream, right.upstream) ||
    comparePart(left.revision, right.revision)
  );
}

/** True when `version` fulfils the constraint; no constraint is fulfilled by every version. */
export function satisfies(version: string, constraint: VersionConstraint | undefined): boolean {
  if (constraint === undefined) {
    return true;
  }
  const order = compareVersions(version, constraint.version);
  switch (constraint.operator) {
    case '<<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '=':
      return order === 0;
    case '>=':
      return order >= 0;
    case '>>':
      return order > 0;
  }
}

function splitVersion(version: string): VersionParts {
  const epoch = /^\d+(?=:)/.exec(version)?.[0];
  const rest = epoch === undefined ? version : version.slice(epoch.length + 1);
  const hyphen = rest.lastIndexOf('-');
  return {
    epoch: epoch ?? '0',
    upstream: hyphen < 0 ? rest : rest.slice(0, hyphen),
    revision: hyphen < 0 ? '' : rest.slice(hyphen + 1),
  };
}

/** Alternates between a run of non-digits, compared by `weight`, and a run of digits, compared as a number. */
function comparePart(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while (!isDigitOrEnd(a, i) || !isDigitOrEnd(b, j)) {
      const order = weight(a, i) - weight(b, j);
      if (order !== 0) {
        return order;
      }
      i += 1;
      j += 1;
    }
    const endA = endOfDigits(a, i);
    const endB = endOfDigits(b, j);
    const order = compareNumbers(a.slice(i, endA), b.slice(j, endB));
    if (order !== 0) {
      return order;
    }
    i = endA;
    j = endB;
  }
  return 0;
}

/** Digit strings of any length as numbers: dates and hashes in versions exceed 2^53. The empty string is 0. */
function compareNumbers(a: string, b: string): number {
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  if (left.length !== right.length) {
    return left.length - right.length;
  }
  if (left === right) {
    return 0;
  }
  return left < right ? -1 : 1;
}

/** Letters sort before non-letters, a tilde before everything, even the end of the part. */
function weight(text: string, at: number): number {
  if (isDigitOrEnd(text, at)) {
    return 0;
  }
  const code = text.charCodeAt(at);
  if (code === TILDE) {
    return -1;
  }
  return isLetter(code) ? code : code + 0x10000;
}

function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a && code < 0x80;
}

function isDigitOrEnd(text: string, at: number): boolean {
  return at >= text.length || isDigit(text.charCodeAt(at));
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function endOfDigits(text: string, from: number): number {
  let end = from;
  while (end < text.length && isDigit(text.charCodeAt(end))) {
    end += 1;
  }
  return end;
}
