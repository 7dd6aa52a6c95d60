import type { ServerResponse } from 'node:http';

/** How a test registry asks who is there. */
export interface TestAuth {
  readonly kind: 'basic' | 'bearer';
  readonly username: string;
  readonly password: string;
  /** Where tokens are said to come from; the registry itself by default. */
  readonly realm?: string;
}

interface AuthRequest {
  readonly path: string;
  readonly authorization: string | undefined;
}

/** Serves tokens and challenges; true when the request is answered. */
export function answerUnauthorized(
  { path, authorization }: AuthRequest,
  response: ServerResponse,
  auth: TestAuth & { readonly url: string },
): boolean {
  const basic = `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`;
  if (path.startsWith('/token?')) {
    response.writeHead(authorization === basic ? 200 : 401);
    response.end(JSON.stringify({ token: tokenFor(path) }));
    return true;
  }
  const expected = auth.kind === 'basic' ? [basic] : acceptedTokens(path);
  if (authorization !== undefined && expected.includes(authorization)) {
    return false;
  }
  const realm = auth.realm ?? `${auth.url}/token`;
  const challenge = auth.kind === 'basic' ? 'Basic realm="test"' : `Bearer realm="${realm}",service="test"`;
  response.writeHead(401, { 'www-authenticate': challenge }).end();
  return true;
}

/** A token is good for what was asked for: its text is the scope. */
function tokenFor(path: string): string {
  const { searchParams } = new URL(path, 'http://registry.invalid');
  return searchParams.getAll('scope').sort().join('|');
}

function acceptedTokens(path: string): readonly string[] {
  const name = /^\/v2\/(.+)\/(?:blobs|manifests|tags|referrers)\//.exec(path)?.[1] ?? '';
  return ['pull', 'pull,push', 'delete'].map((access) => `Bearer repository:${name}:${access}`);
}
