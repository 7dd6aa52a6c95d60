/** What a registry wants to see before it answers, from `WWW-Authenticate` (RFC 9110 section 11.6.1). */
export type AuthChallenge =
  | { readonly kind: 'basic' }
  | { readonly kind: 'bearer'; readonly realm: string; readonly service: string | undefined };

const PARAMETER = /([a-z_]+)="((?:[^"\\]|\\.)*)"/gi;

/** The first scheme of the header that we speak; undefined where there is none. */
export function parseChallenge(header: string): AuthChallenge | undefined {
  const match = /(?:^|,\s*)(basic|bearer)(?:\s+|$)(.*)$/is.exec(header);
  if (match === null) {
    return undefined;
  }
  const [, scheme = '', rest = ''] = match;
  if (scheme.toLowerCase() === 'basic') {
    return { kind: 'basic' };
  }
  const parameters = new Map(
    [...rest.matchAll(PARAMETER)].map(([, name = '', value = '']) => [
      name.toLowerCase(),
      value.replace(/\\(.)/g, '$1'),
    ]),
  );
  const realm = parameters.get('realm');
  return realm === undefined ? undefined : { kind: 'bearer', realm, service: parameters.get('service') };
}
