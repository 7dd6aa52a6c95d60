import { setTimeout as delay } from 'node:timers/promises';
import { EnvHttpProxyAgent, interceptors, request as send, type Dispatcher } from 'undici';
import { FactoryError, type Emit } from '../model/index.ts';

export interface HttpRequest {
  /** A longer body is refused. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Validators of the copy at hand (RFC 9110, section 13.1): the answer may then be `not-modified`. */
  readonly etag?: string;
  readonly lastModified?: string;
}

/** `absent` is the server's own word, 404 or 410; everything else that is no success throws NETWORK_FAILED. */
export type HttpAnswer =
  | {
      readonly kind: 'fresh';
      readonly bytes: Uint8Array;
      readonly etag?: string;
      readonly lastModified?: string;
    }
  | { readonly kind: 'not-modified' }
  | { readonly kind: 'absent' };

export type HttpStream =
  { readonly kind: 'found'; readonly chunks: AsyncIterable<Uint8Array> } | { readonly kind: 'absent' };

/** GET with limits. Honours proxy variables and credentials in the URL; says nothing about what the bytes are worth. */
export interface HttpClient {
  get(url: string, request: HttpRequest): Promise<HttpAnswer>;
  /** A body that breaks off goes on where it stopped, so the caller must check a digest over the whole. */
  stream(url: string, request: Pick<HttpRequest, 'maxBytes' | 'signal'>): Promise<HttpStream>;
  close(): Promise<void>;
}

export interface HttpOptions {
  readonly connectTimeoutMs: number;
  /** From the request to the first byte of the answer. */
  readonly headersTimeoutMs: number;
  /** Between two pieces of the body. */
  readonly bodyTimeoutMs: number;
  /** Requests for one thing, the first included. */
  readonly attempts: number;
  /** Doubles with every attempt. */
  readonly retryDelayMs: number;
  /** Hears of every repeated attempt. */
  readonly emit: Emit;
}

const DEFAULTS: HttpOptions = {
  connectTimeoutMs: 10_000,
  headersTimeoutMs: 30_000,
  bodyTimeoutMs: 30_000,
  attempts: 3,
  retryDelayMs: 500,
  emit: () => undefined,
};

const MAX_REDIRECTIONS = 5;
const REQUEST_TIMEOUT = 408;
const TOO_MANY_REQUESTS = 429;

type Response = Dispatcher.ResponseData;
type Headers = Readonly<Record<string, string>>;

/** An answer that may be another one next time. */
class TransientStatus extends Error {}

export function createHttpClient(options: Partial<HttpOptions> = {}): HttpClient {
  return new UndiciHttpClient({ ...DEFAULTS, ...options });
}

/** For messages and records: a URL without user name, password and query. */
export function redactUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed === undefined ? 'an invalid URL' : `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}

class UndiciHttpClient implements HttpClient {
  readonly #options: HttpOptions;
  readonly #agent: EnvHttpProxyAgent;
  readonly #dispatcher: Dispatcher;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#agent = new EnvHttpProxyAgent({
      connect: { timeout: options.connectTimeoutMs },
      headersTimeout: options.headersTimeoutMs,
      bodyTimeout: options.bodyTimeoutMs,
    });
    this.#dispatcher = this.#agent.compose(interceptors.redirect({ maxRedirections: MAX_REDIRECTIONS }));
  }

  async get(url: string, request: HttpRequest): Promise<HttpAnswer> {
    return this.#retried(url, request.signal, async () => {
      const response = await this.#send(url, validators(request), request.signal);
      if (response.statusCode === 304) {
        await response.body.dump();
        return { kind: 'not-modified' };
      }
      if (await isAbsent(response)) {
        return { kind: 'absent' };
      }
      const chunks: Uint8Array[] = [];
      for await (const chunk of limited(url, response, request.maxBytes)) {
        chunks.push(chunk);
      }
      return { kind: 'fresh', bytes: Buffer.concat(chunks), ...validatorsOf(response) };
    });
  }

  async stream(url: string, request: Pick<HttpRequest, 'maxBytes' | 'signal'>): Promise<HttpStream> {
    const response = await this.#retried(url, request.signal, () => this.#send(url, {}, request.signal));
    if (await isAbsent(response)) {
      return { kind: 'absent' };
    }
    return { kind: 'found', chunks: this.#resumed(url, response, request) };
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  /** The body, and after a break the rest of it: by Range (RFC 9110, section 14) or by reading the same bytes again. */
  async *#resumed(
    url: string,
    first: Response,
    request: Pick<HttpRequest, 'maxBytes' | 'signal'>,
  ): AsyncGenerator<Uint8Array> {
    let received = 0;
    let response = first;
    for (let attempt = 1; ; attempt += 1) {
      try {
        for await (const chunk of skipping(
          limited(url, response, request.maxBytes),
          skipOf(response, received),
        )) {
          received += chunk.byteLength;
          yield chunk;
        }
        return;
      } catch (error) {
        await this.#pauseOrThrow(error, { url, attempt, signal: request.signal });
        const range = rangeFrom(received, first);
        response = await this.#retried(url, request.signal, () => this.#send(url, range, request.signal));
      }
    }
  }

  async #retried<T>(url: string, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await run();
      } catch (error) {
        await this.#pauseOrThrow(error, { url, attempt, signal });
      }
    }
  }

  async #pauseOrThrow(
    error: unknown,
    {
      url,
      attempt,
      signal,
    }: { readonly url: string; readonly attempt: number; readonly signal: AbortSignal },
  ): Promise<void> {
    signal.throwIfAborted();
    if (error instanceof FactoryError) {
      throw error;
    }
    const reason = error instanceof Error ? error.message : String(error);
    if (attempt >= this.#options.attempts) {
      throw networkFailed(url, reason, error);
    }
    this.#options.emit({
      kind: 'notice',
      level: 'info',
      message: `${redactUrl(url)}: ${reason}; attempt ${attempt + 1} of ${this.#options.attempts}`,
    });
    await delay(this.#options.retryDelayMs * 2 ** (attempt - 1), undefined, { signal });
  }

  /** One request. Any status that is not worth another attempt and not a caller's business throws here. */
  async #send(url: string, headers: Headers, signal: AbortSignal): Promise<Response> {
    const { target, authorization } = splitCredentials(url);
    const response = await send(target, {
      dispatcher: this.#dispatcher,
      headers: { ...headers, ...authorization },
      signal,
    });
    const status = response.statusCode;
    if ((status >= 200 && status < 300) || status === 304 || status === 404 || status === 410) {
      return response;
    }
    await response.body.dump();
    if (status === REQUEST_TIMEOUT || status === TOO_MANY_REQUESTS || status >= 500) {
      throw new TransientStatus(`the server answered ${status}`);
    }
    throw networkFailed(url, `the server answered ${status}`);
  }
}

function networkFailed(url: string, reason: string, cause?: unknown): FactoryError {
  return new FactoryError('NETWORK_FAILED', `cannot fetch ${redactUrl(url)}: ${reason}`, {
    hint: 'check that this machine reaches the server (proxy variables, DNS, firewall) and run again: what was fetched is kept',
    cause,
  });
}

function splitCredentials(url: string): { target: URL; authorization: Headers } {
  const target = new URL(url);
  if (target.username === '') {
    return { target, authorization: {} };
  }
  const pair = `${decodeURIComponent(target.username)}:${decodeURIComponent(target.password)}`;
  target.username = '';
  target.password = '';
  return { target, authorization: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
}

function validators({ etag, lastModified }: HttpRequest): Headers {
  return {
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  };
}

function validatorsOf(response: Response): { etag?: string; lastModified?: string } {
  const { etag, 'last-modified': lastModified } = response.headers;
  return {
    ...(typeof etag === 'string' ? { etag } : {}),
    ...(typeof lastModified === 'string' ? { lastModified } : {}),
  };
}

/** A part is only asked for of the very same representation: a strong ETag says which one it was. */
function rangeFrom(received: number, first: Response): Headers {
  const { etag } = validatorsOf(first);
  const resumable = received > 0 && etag !== undefined && !etag.startsWith('W/');
  return resumable ? { range: `bytes=${received}-`, 'if-range': etag } : {};
}

/** Bytes of this answer the caller has already got. */
function skipOf(response: Response, received: number): number {
  const start = /^bytes (\d+)-/.exec(String(response.headers['content-range'] ?? ''))?.[1] ?? '0';
  return received - Number(response.statusCode === 206 ? start : 0);
}

async function isAbsent(response: Response): Promise<boolean> {
  const absent = response.statusCode === 404 || response.statusCode === 410;
  if (absent) {
    await response.body.dump();
  }
  return absent;
}

async function* limited(url: string, response: Response, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      throw networkFailed(url, `expected at most ${maxBytes} bytes, got more`);
    }
    yield chunk;
  }
}

async function* skipping(chunks: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of chunks) {
    const rest = chunk.subarray(Math.min(left, chunk.byteLength));
    left -= chunk.byteLength - rest.byteLength;
    if (rest.byteLength > 0) {
      yield rest;
    }
  }
}
