import { Readable } from 'node:stream';
import { Agent, request as undiciRequest } from 'undici';
import type { Dispatcher } from 'undici';
import { isLoopback } from '../oci/index.ts';
import type { Send, WireRequest, WireResponse } from '../oci/index.ts';
import { createProxyAgent } from './proxy-agent.ts';

/** A registry may hash a whole layer before it answers. */
const HEADERS_TIMEOUT_MS = 120_000;
const BODY_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 10_000;

const options = {
  headersTimeout: HEADERS_TIMEOUT_MS,
  bodyTimeout: BODY_TIMEOUT_MS,
  connect: { timeout: CONNECT_TIMEOUT_MS },
};

/** HTTP for the registry client. Proxy variables apply, but never to this machine's own addresses. */
export function createRegistrySend(): { readonly send: Send; readonly close: () => Promise<void> } {
  const direct = new Agent(options);
  const proxied = createProxyAgent(options);
  return {
    send: (request) => send(request, isLoopback(request.url.host) ? direct : proxied),
    close: async () => {
      await direct.close();
      await proxied.close();
    },
  };
}

async function send(request: WireRequest, dispatcher: Dispatcher): Promise<WireResponse> {
  const { method, url, headers, signal, body } = request;
  const response = await undiciRequest(url, {
    dispatcher,
    method,
    headers,
    signal,
    body: wireBody(body),
  });
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    total += chunk.length;
    if (total > request.maxBytes) {
      throw new RangeError(`response body longer than ${request.maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return { status: response.statusCode, headers: flatHeaders(response.headers), body: Buffer.concat(chunks) };
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
