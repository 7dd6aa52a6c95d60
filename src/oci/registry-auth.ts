import { z } from 'zod';
import { FactoryError } from '../model/index.ts';
import { parseChallenge } from './auth-challenge.ts';
import type { AuthChallenge } from './auth-challenge.ts';
import { isLoopback } from './reference.ts';
import { deniedError } from './registry-error.ts';
import { parseJson } from './schema.ts';
import type { Send, WireRequest } from './wire.ts';

export interface Password {
  readonly kind: 'password';
  readonly username: string;
  readonly password: string;
}

/** What somebody logs in to a registry with. */
export type Credentials =
  | Password
  /** OAuth2 refresh token, as `docker login` stores it for some registries. */
  | { readonly kind: 'identity-token'; readonly token: string };

/**
 * Looked up when a registry asks for it.
 *
 * @param refused what it gave before, which the registry takes no more: a source that can get others does, once
 */
export type CredentialSource = (registry: string, refused?: Credentials) => Promise<Credentials | undefined>;

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

/** `Authorization` headers. Knows no expiry: the source of credentials does, and a 401 says that one is over. */
export interface Authorizer {
  /** Undefined where the registry has not asked for one yet. */
  current(request: AuthRequest): Promise<string | undefined>;
  /**
   * After a refusal. Callers that were refused the same header at the same time share one login.
   *
   * @returns the same header where there is no other to be had
   */
  renew(request: AuthRequest, wwwAuthenticate: string, refused: string | undefined): Promise<string>;
}

const MAX_TOKEN_BYTES = 1024 * 1024;

/** Distribution's "Token Authentication Specification": either name is allowed. */
const TokenSchema = z.object({ token: z.string().optional(), access_token: z.string().optional() });

export function createAuthorizer(deps: AuthDeps): Authorizer {
  /** By registry and scope. */
  const tokens = new Map<string, Promise<string>>();
  /** Registries that want the password itself, with every request. */
  const takePasswords = new Set<string>();
  return {
    current: async (request) =>
      takePasswords.has(request.registry)
        ? basic(await passwordOf(request.registry, deps))
        : tokens.get(keyOf(request)),
    renew: async (request, wwwAuthenticate, refused) => {
      const challenge = parseChallenge(wwwAuthenticate);
      if (challenge?.kind === 'basic' || takePasswords.has(request.registry)) {
        takePasswords.add(request.registry);
        return renewPassword(request.registry, refused, deps);
      }
      const known = tokens.get(keyOf(request));
      if (known !== undefined && (await known) !== refused) {
        return known;
      }
      const login = logIn(request, challenge, deps);
      tokens.set(keyOf(request), login);
      // A failed login must not be remembered: the next request asks again.
      login.catch(() => tokens.delete(keyOf(request)));
      return login;
    },
  };
}

function keyOf(request: AuthRequest): string {
  return [request.registry, ...request.scopes].join(' ');
}

async function renewPassword(registry: string, refused: string | undefined, deps: AuthDeps): Promise<string> {
  const known = await passwordOf(registry, deps);
  return basic(basic(known) === refused ? await passwordOf(registry, deps, known) : known);
}

async function passwordOf(registry: string, deps: AuthDeps, refused?: Credentials): Promise<Password> {
  const credentials = await deps.credentials(registry, refused);
  if (credentials?.kind !== 'password') {
    throw deniedError(registry, 'no user name and password are known for it');
  }
  return credentials;
}

async function logIn(
  request: AuthRequest,
  challenge: AuthChallenge | undefined,
  deps: AuthDeps,
): Promise<string> {
  if (challenge?.kind !== 'bearer') {
    throw new FactoryError(
      'REGISTRY_INVALID',
      `cannot log in to ${request.registry}: expected a Basic or Bearer challenge`,
    );
  }
  const credentials = await deps.credentials(request.registry);
  return `Bearer ${await fetchToken({ ...request, challenge, credentials }, deps)}`;
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

function basic(credentials: Password): string {
  const pair = `${credentials.username}:${credentials.password}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
