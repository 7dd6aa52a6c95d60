import { FactoryError } from '../../model/index.ts';

export type Variables = Readonly<Record<string, string>>;

/** RFC 6570, level 1: `{name}` is the value with everything escaped that is not unreserved. */
export function expand(template: string, variables: Variables): string {
  return template.replaceAll(/\{([^{}]*)\}/g, (_expression, name: string) => {
    const value = variables[name];
    if (value === undefined) {
      const known = Object.keys(variables).map((each) => `{${each}}`);
      throw new FactoryError(
        'CATALOG_INVALID',
        `cannot fill "${template}": expected ${known.join(', ')}, got {${name}}`,
        { hint: 'other variables are named groups of the pattern in "versions"' },
      );
    }
    return escaped(value);
  });
}

/** RFC 3986, section 2.3. */
function escaped(value: string): string {
  return encodeURIComponent(value).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
