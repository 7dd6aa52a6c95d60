import { request } from 'undici';
import { redactUrl } from '../model/index.ts';
import { refusalFault, type HttpCredentials, type Refusal } from './http-credentials.ts';
import {
  faultyNetwork,
  networkFailed,
  splitCredentials,
  type Headers,
  type Response,
} from './http-messages.ts';
import type { ProxySettings } from './proxy-settings.ts';
import { createRoutes, faultOnTheWay, type Routes, type Timeouts } from './routes.ts';

/** One request, redirections of a GET included, once. */
export interface Sender {
  /**
   * An answer that is the caller's business: success, 304, 404 or 410. Throws a FactoryError for what stays as it is,
   * and another error where the next attempt may go better.
   */
  send(url: string, headers: Headers, signal: AbortSignal): Promise<Response>;
  /** JSON, by POST. */
  post(url: string, json: string, signal: AbortSignal): Promise<Response>;
  close(): Promise<void>;
}

export interface SenderOptions extends Timeouts {
  readonly proxies: ProxySettings;
  readonly credentials: HttpCredentials;
}

const MAX_REDIRECTIONS = 5;
/** RFC 9110, section 15.4, those that name one other place. */
const REDIRECTIONS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const REQUEST_TIMEOUT = 408;
const TOO_MANY_REQUESTS = 429;

/** An answer that may be another one next time. */
class TransientStatus extends Error {}

export function createSender(options: SenderOptions): Sender {
  const routes = createRoutes(options, options.proxies);
  const deps = { routes, credentials: options.credentials };
  return {
    send: (url, headers, signal) => follow(url, { headers, signal }, deps),
    post: (url, json, signal) => {
      const headers = { 'content-type': 'application/json' };
      return follow(url, { headers, signal, body: json }, deps);
    },
    close: () => routes.close(),
  };
}

interface SendDeps {
  readonly routes: Routes;
  readonly credentials: HttpCredentials;
}

interface Wanted {
  readonly headers: Headers;
  readonly signal: AbortSignal;
  /** Of a POST, which is for the server that it names and no other. */
  readonly body?: string;
}

/** Each server on the way gets the credentials that are for it, and no other's. */
async function follow(url: string, wanted: Wanted, deps: SendDeps): Promise<Response> {
  let target = new URL(url);
  for (let redirections = 0; redirections <= MAX_REDIRECTIONS; redirections += 1) {
    const response = await sendOnce(target, wanted, deps);
    const next = redirection(response, target);
    if (next === undefined) {
      return response;
    }
    await response.body.dump();
    if (wanted.body !== undefined) {
      throw networkFailed(url, 'it redirects what is sent there');
    }
    target = next;
  }
  throw networkFailed(url, `more than ${MAX_REDIRECTIONS} redirections`);
}

/** Within one origin the credentials of the URL stay. What was asked for over TLS is never taken without. */
function redirection({ statusCode, headers }: Response, from: URL): URL | undefined {
  if (!REDIRECTIONS.has(statusCode)) {
    return undefined;
  }
  const { location } = headers;
  const next = typeof location === 'string' ? URL.parse(location, from.href) : null;
  if (next === null || !/^https?:$/.test(next.protocol)) {
    throw networkFailed(from.href, 'it redirects to what is no http or https URL');
  }
  if (from.protocol === 'https:' && next.protocol === 'http:') {
    throw faultyNetwork(from.href, {
      reason: `it redirects from https to http, expected an https URL, got ${redactUrl(next.href)}`,
      hint: 'correct the redirection on the server, or name another server',
    });
  }
  if (next.origin === from.origin && next.username === '') {
    next.username = from.username;
    next.password = from.password;
  }
  return next;
}

async function sendOnce(url: URL, { headers, signal, body }: Wanted, deps: SendDeps): Promise<Response> {
  const { target, authorization: written } = splitCredentials(url.href);
  const sent = written === undefined ? deps.credentials.find(target) : { kind: 'in-url' as const };
  const authorization = sent.kind === 'known' ? sent.authorization : written;
  const route = deps.routes.to(target);
  let response: Response;
  try {
    response = await request(target, {
      dispatcher: route.dispatcher,
      headers: { ...headers, ...(authorization !== undefined && { authorization }) },
      signal,
      ...(body !== undefined && { method: 'POST', body }),
    });
  } catch (error) {
    const fault = faultOnTheWay(error, route);
    throw fault === undefined ? error : faultyNetwork(url.href, fault, error);
  }
  if (isForCaller(response.statusCode)) {
    return response;
  }
  await response.body.dump();
  throw statusError({ status: response.statusCode, url: target, sent, places: deps.credentials.places });
}

function isForCaller(status: number): boolean {
  const isSuccess = status >= 200 && status < 300;
  return isSuccess || REDIRECTIONS.has(status) || status === 304 || status === 404 || status === 410;
}

function statusError(refusal: Refusal): Error {
  const { status, url } = refusal;
  if (status === 401 || status === 403) {
    return faultyNetwork(url.href, refusalFault(refusal));
  }
  const reason = `the server answered ${status}`;
  const isTransient = status === REQUEST_TIMEOUT || status === TOO_MANY_REQUESTS || status >= 500;
  return isTransient ? new TransientStatus(reason) : networkFailed(url.href, reason);
}
