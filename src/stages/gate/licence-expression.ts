/** An SPDX licence expression, as far as it leaves choices. */
export type LicenceExpression =
  | { readonly kind: 'licence'; readonly name: string }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly LicenceExpression[] };

/** Words and parentheses that are not read yet. */
type Tokens = string[];

/**
 * SPDX 2.3 annex D: `WITH` binds closest, then `AND`, then `OR`. Ids are not compared with SPDX's list, which grows;
 * `GPL-3.0-or-later WITH GCC-exception-3.1` is one licence, other than the one without.
 *
 * @returns undefined for what is no expression
 */
export function parseLicenceExpression(text: string): LicenceExpression | undefined {
  const tokens = text.match(/[()]|[^\s()]+/g) ?? [];
  const expression = readOr(tokens);
  return tokens.length === 0 ? expression : undefined;
}

function readOr(tokens: Tokens): LicenceExpression | undefined {
  return readChain('or', readAnd, tokens);
}

function readAnd(tokens: Tokens): LicenceExpression | undefined {
  return readChain('and', readOne, tokens);
}

function readChain(
  kind: 'and' | 'or',
  readPart: (tokens: Tokens) => LicenceExpression | undefined,
  tokens: Tokens,
): LicenceExpression | undefined {
  const parts: LicenceExpression[] = [];
  do {
    const part = readPart(tokens);
    if (part === undefined) {
      return undefined;
    }
    parts.push(part);
  } while (takeOperator(kind, tokens));
  return parts.length === 1 ? parts[0] : { kind, parts };
}

function readOne(tokens: Tokens): LicenceExpression | undefined {
  const token = tokens.shift();
  if (token === '(') {
    const inside = readOr(tokens);
    return tokens.shift() === ')' ? inside : undefined;
  }
  if (!isName(token)) {
    return undefined;
  }
  if (!takeOperator('with', tokens)) {
    return { kind: 'licence', name: token };
  }
  const exception = tokens.shift();
  return isName(exception) ? { kind: 'licence', name: `${token} WITH ${exception}` } : undefined;
}

function takeOperator(operator: string, tokens: Tokens): boolean {
  const isNext = tokens[0]?.toLowerCase() === operator;
  if (isNext) {
    tokens.shift();
  }
  return isNext;
}

function isName(token: string | undefined): token is string {
  return token !== undefined && !/^(?:and|or|with|[()])$/i.test(token);
}
