import { z } from 'zod';
import { FactoryError } from '../model/index.ts';
import { parseChallenge } from './auth-challenge.ts';
import type { AuthChallenge } from './auth-challenge.ts';
import { isLoopback } from './reference.ts';
import { deniedError } from './registry-error.ts';
import { parseJson } from './schema.ts';
import type { Send, WireRequest } from './wire.ts';

/** What the host's Docker configuration knows about a registry. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** OAuth2 refresh token, as `docker login` stores it for some registries. */
  | { readonly kind: 'identity-token'; readonly token: string };

export type CredentialSource = (registry: string) => Promise<Credentials | undefined>;

export interface AuthDeps {
  readonly send: Send;
  readonly credentials: CredentialSource;
  readonly signal: AbortSignal;
}

export interface AuthRequest {
  readonly registry: string;
  /** `repository:golden/python:pull,push` */
  readonly scopes: readonly string[];
}

/** `Authorization` headers per registry and scope. Knows no expiry: a 401 says that one is over. */
export interface Authorizer {
  /** The header that worked last. */
  current(request: AuthRequest): Promise<string | undefined>;
  /** Answers a 401. Callers that were refused the same header at the same time share one login. */
  renew(request: AuthRequest, wwwAuthenticate: string, refused: string | undefined): Promise<string>;
}

const MAX_TOKEN_BYTES = 1024 * 1024;

/** Distribution's "Token Authentication Specification": either name is allowed. */
const TokenSchema = z.object({ token: z.string().optional(), access_token: z.string().optional() });

export function createAuthorizer(deps: AuthDeps): Authorizer {
  const headers = new Map<string, Promise<string>>();
  return {
    current: async (request) => headers.get(keyOf(request)),
    renew: async (request, wwwAuthenticate, refused) => {
      const known = headers.get(keyOf(request));
      if (known !== undefined && (await known) !== refused) {
        return known;
      }
      const login = logIn(request, wwwAuthenticate, deps);
      headers.set(keyOf(request), login);
      // A failed login must not be remembered: the next request asks again.
      login.catch(() => headers.delete(keyOf(request)));
      return login;
    },
  };
}

function keyOf(request: AuthRequest): string {
  return [request.registry, ...request.scopes].join(' ');
}

async function logIn(request: AuthRequest, wwwAuthenticate: string, deps: AuthDeps): Promise<string> {
  const challenge = parseChallenge(wwwAuthenticate);
  if (challenge === undefined) {
    throw new FactoryError(
      'REGISTRY_INVALID',
      `cannot log in to ${request.registry}: expected a Basic or Bearer challenge`,
    );
  }
  const credentials = await deps.credentials(request.registry);
  if (challenge.kind === 'bearer') {
    return `Bearer ${await fetchToken({ ...request, challenge, credentials }, deps)}`;
  }
  if (credentials?.kind !== 'password') {
    throw deniedError(request.registry, 'no user name and password are known for it');
  }
  return basic(credentials);
}

interface TokenRequest extends AuthRequest {
  readonly challenge: AuthChallenge & { readonly kind: 'bearer' };
  readonly credentials: Credentials | undefined;
}

async function fetchToken(request: TokenRequest, deps: AuthDeps): Promise<string> {
  const realm = trustedRealm(request);
  let response;
  try {
    response = await deps.send({ ...tokenWireRequest(realm, request), signal: deps.signal });
  } catch (cause) {
    // A proxy or a certificate in the way says itself what is wrong with it.
    if (cause instanceof FactoryError) {
      throw cause;
    }
    throw new FactoryError('REGISTRY_UNAVAILABLE', `cannot log in to ${request.registry}: no answer`, {
      cause,
    });
  }
  if (response.status >= 500 || response.status === 429) {
    throw new FactoryError(
      'REGISTRY_UNAVAILABLE',
      `cannot log in to ${request.registry}: its token service answered ${response.status}`,
    );
  }
  if (response.status !== 200) {
    throw deniedError(request.registry, `its token service answered ${response.status}`);
  }
  const body = parseJson(response.body, TokenSchema, `token of ${request.registry}`);
  const token = body.token ?? body.access_token;
  if (token === undefined || !/^[\x21-\x7e]+$/.test(token)) {
    throw new FactoryError('REGISTRY_INVALID', `cannot log in to ${request.registry}: expected a token`);
  }
  return token;
}

/** A registry could name any URL: a password is only ever sent over TLS, or stays on this machine. */
function trustedRealm({ challenge, registry }: TokenRequest): URL {
  const realm = URL.parse(challenge.realm);
  const isLocal = realm?.protocol === 'http:' && isLoopback(realm.host) && isLoopback(registry);
  if (realm === null || (realm.protocol !== 'https:' && !isLocal)) {
    throw new FactoryError(
      'REGISTRY_INVALID',
      `cannot log in to ${registry}: its token service is not an https URL`,
    );
  }
  return realm;
}

/** GET with a password or anonymously; POST with a refresh token ("OAuth2 Token Authentication"). */
function tokenWireRequest(realm: URL, request: TokenRequest): Omit<WireRequest, 'signal'> {
  const { credentials, challenge, scopes } = request;
  const service = challenge.service ?? request.registry;
  if (credentials?.kind === 'identity-token') {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: credentials.token,
      client_id: 'ingot',
      service,
      scope: scopes.join(' '),
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return {
      method: 'POST',
      url: realm,
      headers,
      body: Buffer.from(form.toString()),
      maxBytes: MAX_TOKEN_BYTES,
    };
  }
  const url = new URL(realm);
  url.searchParams.set('service', service);
  for (const scope of scopes) {
    url.searchParams.append('scope', scope);
  }
  const headers: Record<string, string> = {};
  if (credentials !== undefined) {
    headers['authorization'] = basic(credentials);
  }
  return { method: 'GET', url, headers, maxBytes: MAX_TOKEN_BYTES };
}

function basic(credentials: Credentials & { readonly kind: 'password' }): string {
  const pair = `${credentials.username}:${credentials.password}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
