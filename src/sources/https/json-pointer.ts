/** Everything a JSON pointer (RFC 6901) names; `*` names every part of a list or an object. */
export function valuesAt(document: unknown, pointer: string): readonly unknown[] {
  const tokens = pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  return tokens.reduce<readonly unknown[]>(
    (values, token) => values.flatMap((value) => partsOf(value, token)),
    [document],
  );
}

function partsOf(value: unknown, token: string): readonly unknown[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  if (token === '*') {
    return Object.values(value);
  }
  return Object.hasOwn(value, token) ? [Reflect.get(value, token)] : [];
}
