import { setTimeout as delay } from 'node:timers/promises';
import { interceptors, request as send, type Dispatcher, type EnvHttpProxyAgent } from 'undici';
import { FactoryError, type Emit } from '../model/index.ts';
import {
  isAbsent,
  limited,
  networkFailed,
  rangeFrom,
  redactUrl,
  skipOf,
  skipping,
  splitCredentials,
  validators,
  validatorsOf,
  type Headers,
  type Response,
  type Validators,
} from './http-messages.ts';
import { createProxyAgent } from './proxy-agent.ts';

/** With validators of the copy at hand the answer may be `not-modified` (RFC 9110, section 13.1). */
export interface HttpRequest extends Validators {
  /** A longer body is refused. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** `absent` is the server's own word, 404 or 410; everything else that is no success throws NETWORK_FAILED. */
export type HttpAnswer =
  | ({ readonly kind: 'fresh'; readonly bytes: Uint8Array } & Validators)
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

/** An answer that may be another one next time. */
class TransientStatus extends Error {}

export function createHttpClient(options: Partial<HttpOptions> = {}): HttpClient {
  return new UndiciHttpClient({ ...DEFAULTS, ...options });
}

class UndiciHttpClient implements HttpClient {
  readonly #options: HttpOptions;
  readonly #agent: EnvHttpProxyAgent;
  readonly #dispatcher: Dispatcher;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#agent = createProxyAgent({
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
        if (await isAbsent(response)) {
          throw networkFailed(url, 'it vanished from the server in the middle of the download');
        }
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
