import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { request as undiciRequest, type Dispatcher } from 'undici';
import { FactoryError } from '../model/index.ts';
import type { Send, WireRequest, WireResponse } from '../oci/index.ts';
import { readProxySettings } from './proxy-settings.ts';
import { createRoutes, faultOnTheWay, type Routes } from './routes.ts';

const TIMEOUTS = {
  connectTimeoutMs: 10_000,
  /** A registry may hash a whole layer before it answers. */
  headersTimeoutMs: 120_000,
  bodyTimeoutMs: 60_000,
};

/** HTTP for the registry client, through the proxies of the environment. Credentials are the client's business. */
export function createRegistrySend(environment: NodeJS.ProcessEnv = process.env): {
  readonly send: Send;
  readonly close: () => Promise<void>;
} {
  const routes = createRoutes(TIMEOUTS, readProxySettings(environment));
  return { send: (request) => sendOn(request, routes), close: () => routes.close() };
}

async function sendOn(request: WireRequest, routes: Routes): Promise<WireResponse> {
  const route = routes.to(request.url);
  try {
    return await send(request, route.dispatcher);
  } catch (error) {
    const fault = faultOnTheWay(error, route);
    if (fault === undefined) {
      throw error;
    }
    const { reason, hint } = fault;
    throw new FactoryError('NETWORK_FAILED', `cannot reach registry ${route.host}: ${reason}`, {
      hint,
      cause: error,
    });
  }
}

async function send(request: WireRequest, dispatcher: Dispatcher): Promise<WireResponse> {
  const { method, url, headers, signal, body, receive } = request;
  const response = await undiciRequest(url, {
    dispatcher,
    method,
    headers,
    signal,
    body: wireBody(body),
    // or undici would connect anew after every HEAD, for the sake of servers that answer it with a body
    reset: false,
  });
  const answer = { status: response.statusCode, headers: flatHeaders(response.headers) };
  const arriving = bounded(response.body, request.maxBytes);
  if (receive === undefined || answer.status !== 200) {
    return { ...answer, body: await buffer(arriving) };
  }
  try {
    await receive(arriving);
  } finally {
    // What the receiver left unread must not keep the connection.
    response.body.destroy();
  }
  return { ...answer, body: new Uint8Array() };
}

async function* bounded(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of body) {
    total += chunk.length;
    if (total > maxBytes) {
      throw new RangeError(`response body longer than ${maxBytes} bytes`);
    }
    yield chunk;
  }
}

/** undici destroys a request with the very error that its stream ends with. */
function wireBody(body: WireRequest['body']): Uint8Array | Readable | null {
  if (body === undefined) {
    return null;
  }
  return body instanceof Uint8Array ? body : Readable.from(body, { objectMode: false });
}

function flatHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}
