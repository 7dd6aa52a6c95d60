import type { Dispatcher } from 'undici';
import { FactoryError, redactUrl, type NetworkFault } from '../model/index.ts';

export type Response = Dispatcher.ResponseData;
export type Headers = Readonly<Record<string, string>>;

/** What names a representation for a conditional request (RFC 9110, section 8.8). */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

export function networkFailed(url: string, reason: string, cause?: unknown): FactoryError {
  const hint =
    'check that this machine reaches the server (proxy variables, DNS, firewall) and run again: what was fetched is kept';
  return faultyNetwork(url, { reason, hint }, cause);
}

/** For a cause that is known. */
export function faultyNetwork(url: string, { reason, hint }: NetworkFault, cause?: unknown): FactoryError {
  return new FactoryError('NETWORK_FAILED', `cannot fetch ${redactUrl(url)}: ${reason}`, { hint, cause });
}

/** The URL without its credentials, and those as a header. */
export function splitCredentials(url: string): { target: URL; authorization: string | undefined } {
  const target = new URL(url);
  const { username, password } = target;
  if (username === '') {
    return { target, authorization: undefined };
  }
  target.username = '';
  target.password = '';
  return {
    target,
    authorization: basicAuthorization(decodeURIComponent(username), decodeURIComponent(password)),
  };
}

/** The port that is meant where none is written. */
export function portOf(url: URL): string {
  return url.port || (url.protocol === 'https:' ? '443' : '80');
}

/** RFC 7617 */
export function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

export function validators({ etag, lastModified }: Validators): Headers {
  return {
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
}

export function validatorsOf(response: Response): Validators {
  const { etag, 'last-modified': lastModified } = response.headers;
  return {
    ...(typeof etag === 'string' ? { etag } : {}),
    ...(typeof lastModified === 'string' ? { lastModified } : {}),
  };
}

/** A part is only asked for of the very same representation: a strong ETag says which one it was. */
export function rangeFrom(received: number, first: Response): Headers {
  const { etag } = validatorsOf(first);
  const resumable = received > 0 && etag !== undefined && !etag.startsWith('W/');
  return resumable ? { range: `bytes=${received}-`, 'if-range': etag } : {};
}

/** Bytes of this answer the caller has already got. */
export function skipOf(response: Response, received: number): number {
  const start = /^bytes (\d+)-/.exec(String(response.headers['content-range'] ?? ''))?.[1] ?? '0';
  return received - Number(response.statusCode === 206 ? start : 0);
}

export async function isAbsent(response: Response): Promise<boolean> {
  const absent = response.statusCode === 404 || response.statusCode === 410;
  if (absent) {
    await response.body.dump();
  }
  return absent;
}

export async function* limited(
  url: string,
  response: Response,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      throw networkFailed(url, `expected at most ${maxBytes} bytes, got more`);
    }
    yield chunk;
  }
}

export async function* skipping(
  chunks: AsyncIterable<Uint8Array>,
  bytes: number,
): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of chunks) {
    const rest = chunk.subarray(Math.min(left, chunk.byteLength));
    left -= chunk.byteLength - rest.byteLength;
    if (rest.byteLength > 0) {
      yield rest;
    }
  }
}
