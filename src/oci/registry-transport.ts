import { setTimeout as delay } from 'node:timers/promises';
import { FactoryError, saysDiskIsFull } from '../model/index.ts';
import { isLoopback } from './reference.ts';
import { createAuthorizer } from './registry-auth.ts';
import type { Authorizer, CredentialSource } from './registry-auth.ts';
import { deniedError, fullError, registryError, specErrors } from './registry-error.ts';
import type { SpecError } from './registry-error.ts';
import type { Receive, Send, WireRequest, WireResponse } from './wire.ts';

export interface RegistryDeps {
  readonly send: Send;
  readonly credentials: CredentialSource;
  readonly signal: AbortSignal;
  /** Words a refusal where a kind of registry means more by it than the spec says. */
  readonly explain?: (refusal: RegistryRefusal) => FactoryError | undefined;
  /** Pauses after answers that it was too much, milliseconds; a pause that the registry names counts instead. */
  readonly throttlePausesMs?: readonly number[];
  /** Pauses between attempts, milliseconds; there is one more attempt than pauses. */
  readonly retryPausesMs?: readonly number[];
}

/** A request that was not done, and what the registry says about it. */
export interface RegistryRefusal extends Pick<RegistryRequest, 'method' | 'registry' | 'doing'> {
  /** `/v2/golden/python/manifests/3.13` */
  readonly path: string;
  readonly status: number;
  readonly errors: readonly SpecError[];
}

export interface RegistryRequest {
  readonly method: WireRequest['method'];
  /** Host of the registry, for credentials and messages. */
  readonly registry: string;
  readonly scopes: readonly string[];
  /** Path below the registry, or an absolute URL that the registry named. */
  readonly location: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Called again for every attempt. */
  readonly body?: () => Uint8Array | AsyncIterable<Uint8Array>;
  readonly maxBytes?: number;
  readonly receive?: Receive;
  /** Completes `cannot …` in messages. */
  readonly doing: string;
}

/** Requests to registries, logged in as needed. */
export interface RegistryTransport {
  /** One exchange. A response below 500 that is not about access is the caller's to judge. */
  exchange(request: RegistryRequest): Promise<WireResponse>;
  /** Runs the task again when the registry could not be reached or was busy. */
  retrying<T>(task: () => Promise<T>): Promise<T>;
}

/** A registry that restarts is back within seconds; longer is for the next run. */
const RETRY_PAUSES_MS: readonly number[] = [200, 800, 2000];
/** What else uses the registry may go on for a minute; longer is for the next run. */
const THROTTLE_PAUSES_MS: readonly number[] = [500, 1000, 2000, 4000, 8000, 16_000, 32_000];
const LONGEST_PAUSE_MS = 60_000;
const TOO_MANY_REQUESTS = 429;
const MAX_REDIRECTS = 3;
/** Lists of tags, answers to uploads, errors. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
/** "Your authorization token has expired. Reauthenticate and try again." */
const TOKEN_IS_OVER = /token has expired/i;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export function createTransport(deps: RegistryDeps): RegistryTransport {
  const authorizer = createAuthorizer(deps);
  return {
    exchange: (request) => exchange(request, authorizer, deps),
    retrying: (task) => retrying(task, deps),
  };
}

async function retrying<T>(task: () => Promise<T>, deps: RegistryDeps): Promise<T> {
  for (const pauseMs of deps.retryPausesMs ?? RETRY_PAUSES_MS) {
    try {
      return await task();
    } catch (error) {
      const isTransient = error instanceof FactoryError && error.code === 'REGISTRY_UNAVAILABLE';
      if (!isTransient || deps.signal.aborted) {
        throw error;
      }
    }
    // An abort ends the pause; the attempt that follows reports it.
    await delay(pauseMs, undefined, { signal: deps.signal }).catch(() => undefined);
  }
  return task();
}

async function exchange(
  request: RegistryRequest,
  authorizer: Authorizer,
  deps: RegistryDeps,
): Promise<WireResponse> {
  for (const pauseMs of deps.throttlePausesMs ?? THROTTLE_PAUSES_MS) {
    const response = await ask(request, authorizer, deps);
    if (response.status !== TOO_MANY_REQUESTS) {
      assertAnswered(response, request, deps);
      return response;
    }
    const ms = Math.min(namedPauseMs(response) ?? jittered(pauseMs), LONGEST_PAUSE_MS);
    // An abort ends the pause; the attempt that follows reports it.
    await delay(ms, undefined, { signal: deps.signal }).catch(() => undefined);
  }
  const response = await ask(request, authorizer, deps);
  assertAnswered(response, request, deps);
  return response;
}

/** RFC 9110, section 10.2.3, in seconds; a date would need a clock that is right. */
function namedPauseMs({ headers }: WireResponse): number | undefined {
  const seconds = headers['retry-after'] ?? '';
  return /^\d+$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

/** Those that were refused together do not come back together. */
function jittered(ms: number): number {
  return ms * (0.5 + Math.random() / 2);
}

async function ask(
  request: RegistryRequest,
  authorizer: Authorizer,
  deps: RegistryDeps,
): Promise<WireResponse> {
  const header = await authorizer.current(request);
  let response = await follow(request, header, deps);
  if (isLoginOver(response, request, header)) {
    const challenge = response.headers['www-authenticate'] ?? '';
    const renewed = await authorizer.renew(request, challenge, header);
    response = renewed === header ? response : await follow(request, renewed, deps);
  }
  return response;
}

/** Throws what is nobody's to judge: no access, and no work done. */
function assertAnswered(response: WireResponse, request: RegistryRequest, { explain }: RegistryDeps): void {
  const { status, body } = response;
  throwExplained(response, request, explain);
  if (status === 401 || status === 403) {
    throw deniedError(request.registry, `it answered ${status} to a request to ${request.doing}`);
  }
  if (status >= 500 && saysDiskIsFull(Buffer.from(body).toString('utf8'))) {
    throw fullError(request.registry, request.doing);
  }
  if (status === TOO_MANY_REQUESTS) {
    throw throttledError(request);
  }
  if (status >= 500 || status === 408) {
    throw unavailableError(request, `the registry answered ${status}`);
  }
}

function throwExplained(
  { status, body }: WireResponse,
  { method, registry, doing, location }: RegistryRequest,
  explain: RegistryDeps['explain'],
): void {
  if (status < 400 || explain === undefined) {
    return;
  }
  const path = new URL(location, `https://${registry}`).pathname;
  const explained = explain({ method, registry, doing, path, status, errors: specErrors({ body }) });
  if (explained !== undefined) {
    throw explained;
  }
}

/** ECR answers 403 where a password is over, and as to every HEAD, may not say why. */
function isLoginOver(
  { status, body }: WireResponse,
  { method }: RegistryRequest,
  header: string | undefined,
): boolean {
  if (status === 401) {
    return true;
  }
  const isMaybe = status === 403 && header?.startsWith('Basic ') === true;
  return isMaybe && (method === 'HEAD' || TOKEN_IS_OVER.test(Buffer.from(body).toString('utf8')));
}

/** Registries send readers of blobs to their storage: followed without our credentials, which are not for it. */
async function follow(
  request: RegistryRequest,
  authorization: string | undefined,
  deps: RegistryDeps,
): Promise<WireResponse> {
  const home = new URL(`${isLoopback(request.registry) ? 'http' : 'https'}://${request.registry}/`);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  let url = trustedUrl(new URL(request.location, home), request);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const isHome = url.host === home.host;
    const response = await sendOnce(
      { request, url, authorization: isHome ? authorization : undefined },
      deps,
    );
    if (response.status === 401 && !isHome) {
      // Its challenge could name any place to send the registry's password to.
      throw deniedError(request.registry, 'another host that it points at answered 401');
    }
    const location = response.headers['location'];
    if (!isRead || location === undefined || !REDIRECTS.has(response.status)) {
      return response;
    }
    url = trustedUrl(new URL(location, url), request);
  }
  const { doing } = request;
  throw registryError({ code: 'REGISTRY_INVALID', doing, reason: `more than ${MAX_REDIRECTS} redirects` });
}

interface Attempt {
  readonly request: RegistryRequest;
  readonly url: URL;
  readonly authorization: string | undefined;
}

async function sendOnce({ request, url, authorization }: Attempt, deps: RegistryDeps): Promise<WireResponse> {
  try {
    return await deps.send({
      method: request.method,
      url,
      headers: { ...request.headers, ...(authorization !== undefined && { authorization }) },
      ...(request.body !== undefined && { body: request.body() }),
      maxBytes: request.maxBytes ?? MAX_ANSWER_BYTES,
      ...(request.receive !== undefined && { receive: request.receive }),
      signal: deps.signal,
    });
  } catch (cause) {
    // What goes up or comes down, and a proxy or a certificate in the way, say themselves what is wrong with them.
    if (cause instanceof FactoryError) {
      throw cause;
    }
    if (deps.signal.aborted) {
      throw registryError({ code: 'CANCELLED', doing: request.doing, reason: 'the run was stopped', cause });
    }
    if (cause instanceof RangeError) {
      throw registryError({ code: 'REGISTRY_INVALID', doing: request.doing, reason: cause.message, cause });
    }
    throw unavailableError(request, connectionText(cause), cause);
  }
}

/** Plain HTTP never leaves this machine, wherever a registry's answer points. */
function trustedUrl(url: URL, request: RegistryRequest): URL {
  const isLocal = url.protocol === 'http:' && isLoopback(url.host) && isLoopback(request.registry);
  if (url.protocol === 'https:' || isLocal) {
    return url;
  }
  throw registryError({
    code: 'REGISTRY_INVALID',
    doing: request.doing,
    reason: 'the registry points at an address that is not https',
  });
}

function unavailableError(request: RegistryRequest, reason: string, cause?: unknown): FactoryError {
  return registryError({
    code: 'REGISTRY_UNAVAILABLE',
    doing: request.doing,
    reason,
    hint: `see that registry ${request.registry} is up and can be reached, then run again`,
    cause,
  });
}

function throttledError({ registry, doing }: RegistryRequest): FactoryError {
  return registryError({
    code: 'REGISTRY_THROTTLED',
    doing,
    reason: `registry ${registry} takes no more requests for now (429), after several attempts`,
    hint: 'run again: it goes on where this stopped; see what else uses this registry',
  });
}

/** Node and undici put the useful word into `code`; the message may hold a URL with a signed query. */
function connectionText(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return code === '' ? 'the connection failed' : `the connection failed (${code})`;
}
