/** What the first line of a `License` field says (copyright-format 1.0, clause 7.2). */
export type LicenceTree =
  | { readonly kind: 'licence'; readonly name: string; readonly exception?: string }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly LicenceTree[] };

type Joint = 'and' | 'or';

/**
 * Undefined where the line does not follow the syntax. `and` binds before `or`, unless a comma is before it; what a
 * comma before both means is not said anywhere. Parentheses are not in the format, but in files made from SPDX
 * expressions.
 */
export function parseLicenceSynopsis(synopsis: string): LicenceTree | undefined {
  const tokens = synopsis.match(/[(),]|[^\s(),]+/g) ?? [];
  const reading = { tokens, position: 0 };
  const tree = readList(reading);
  return reading.position === tokens.length ? tree : undefined;
}

interface Reading {
  readonly tokens: readonly string[];
  position: number;
}

function peek({ tokens, position }: Reading, ahead = 0): string | undefined {
  return tokens[position + ahead]?.toLowerCase();
}

/** Clauses with `, and` or with `, or` between them. */
function readList(reading: Reading): LicenceTree | undefined {
  const first = readChoice(reading);
  const joint = jointAfterComma(reading);
  return joint === undefined
    ? first
    : readMore(reading, {
        first,
        joint,
        isNext: () => jointAfterComma(reading) === joint,
        skip: 2,
        read: readChoice,
      });
}

function jointAfterComma(reading: Reading): Joint | undefined {
  const joint = peek(reading) === ',' ? peek(reading, 1) : undefined;
  return joint === 'and' || joint === 'or' ? joint : undefined;
}

function readChoice(reading: Reading): LicenceTree | undefined {
  return readMore(reading, {
    first: readSum(reading),
    joint: 'or',
    isNext: () => peek(reading) === 'or',
    skip: 1,
    read: readSum,
  });
}

function readSum(reading: Reading): LicenceTree | undefined {
  return readMore(reading, {
    first: readOne(reading),
    joint: 'and',
    isNext: () => peek(reading) === 'and',
    skip: 1,
    read: readOne,
  });
}

interface More {
  readonly first: LicenceTree | undefined;
  readonly joint: Joint;
  readonly isNext: () => boolean;
  /** Tokens of the joint. */
  readonly skip: number;
  readonly read: (reading: Reading) => LicenceTree | undefined;
}

function readMore(reading: Reading, { first, joint, isNext, skip, read }: More): LicenceTree | undefined {
  const parts = [first];
  while (isNext()) {
    reading.position += skip;
    parts.push(read(reading));
  }
  const whole = parts.filter((part) => part !== undefined);
  if (whole.length < parts.length) {
    return undefined;
  }
  return whole.length === 1 ? first : { kind: joint, parts: whole };
}

const NO_NAMES = new Set(['and', 'or', 'with', ',', ')']);

function readOne(reading: Reading): LicenceTree | undefined {
  const name = reading.tokens[reading.position];
  if (name === undefined || NO_NAMES.has(name.toLowerCase())) {
    return undefined;
  }
  reading.position += 1;
  if (name === '(') {
    return readParenthesis(reading);
  }
  if (peek(reading) !== 'with') {
    return { kind: 'licence', name };
  }
  const exception = readException(reading);
  return exception === undefined ? undefined : { kind: 'licence', name, exception };
}

function readParenthesis(reading: Reading): LicenceTree | undefined {
  const inside = readList(reading);
  if (peek(reading) !== ')') {
    return undefined;
  }
  reading.position += 1;
  return inside;
}

/** `with OpenSSL exception`: the words between. */
function readException(reading: Reading): string | undefined {
  const rest = reading.tokens.slice(reading.position + 1);
  const end = rest.findIndex((token) => token.toLowerCase() === 'exception');
  const words = rest.slice(0, Math.max(end, 0));
  if (words.length === 0 || words.some((word) => NO_NAMES.has(word.toLowerCase()))) {
    return undefined;
  }
  reading.position += words.length + 2;
  return words.join(' ');
}
