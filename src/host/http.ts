import { setTimeout as delay } from 'node:timers/promises';
import { FactoryError, redactUrl, type Emit } from '../model/index.ts';
import {
  isAbsent,
  limited,
  networkFailed,
  rangeFrom,
  skipOf,
  skipping,
  validators,
  validatorsOf,
  type Response,
  type Validators,
} from './http-messages.ts';
import { createSender, type Sender } from './http-send.ts';
import { NO_CREDENTIALS, type HttpCredentials } from './http-credentials.ts';
import { readProxySettings, type ProxySettings } from './proxy-settings.ts';
import type { Timeouts } from './routes.ts';

/** With validators of the copy at hand the answer may be `not-modified` (RFC 9110, section 13.1). */
export interface HttpRequest extends Validators {
  /** A longer body is refused. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Instead of the client's own number, for an answer that nothing waits for. */
  readonly attempts?: number;
}

type Patience = Pick<HttpRequest, 'signal' | 'attempts'>;

/** `absent` is the server's own word, 404 or 410; everything else that is no success throws NETWORK_FAILED. */
export type HttpAnswer =
  | ({ readonly kind: 'fresh'; readonly bytes: Uint8Array } & Validators)
  | { readonly kind: 'not-modified' }
  | { readonly kind: 'absent' };

export type HttpStream =
  { readonly kind: 'found'; readonly chunks: AsyncIterable<Uint8Array> } | { readonly kind: 'absent' };

/** GET with limits, through proxies and with credentials; says nothing about what the bytes are worth. */
export interface HttpClient {
  get(url: string, request: HttpRequest): Promise<HttpAnswer>;
  /** A body that breaks off goes on where it stopped, so the caller must check a digest over the whole. */
  stream(url: string, request: Pick<HttpRequest, 'maxBytes' | 'signal'>): Promise<HttpStream>;
  close(): Promise<void>;
}

/** POST of JSON, for services that are asked so. */
export interface HttpPoster {
  /** The body of a success; everything else throws NETWORK_FAILED. */
  post(url: string, request: HttpPost): Promise<Uint8Array>;
}

export interface HttpPost extends Pick<HttpRequest, 'maxBytes' | 'signal' | 'attempts'> {
  readonly json: string;
}

export interface HttpOptions extends Timeouts {
  /** Requests for one thing, the first included. */
  readonly attempts: number;
  /** Doubles with every attempt. */
  readonly retryDelayMs: number;
  /** Default: what the variables of this process say. */
  readonly proxies: ProxySettings;
  /** For URLs without. Default: none. */
  readonly credentials: HttpCredentials;
  /** Hears of every repeated attempt. */
  readonly emit: Emit;
}

const DEFAULTS: Omit<HttpOptions, 'proxies'> = {
  connectTimeoutMs: 10_000,
  headersTimeoutMs: 30_000,
  bodyTimeoutMs: 30_000,
  attempts: 3,
  retryDelayMs: 500,
  credentials: NO_CREDENTIALS,
  emit: () => undefined,
};

export function createHttpClient(options: Partial<HttpOptions> = {}): HttpClient & HttpPoster {
  return new RetryingClient({ ...DEFAULTS, proxies: readProxySettings(process.env), ...options });
}

/** The same for what nothing waits for: an answer that does not come at once is done without. */
export function withoutRetries(http: HttpClient): HttpClient {
  return {
    get: (url, request) => http.get(url, { ...request, attempts: 1 }),
    stream: (url, request) => http.stream(url, request),
    close: () => http.close(),
  };
}

class RetryingClient implements HttpClient, HttpPoster {
  readonly #options: HttpOptions;
  readonly #sender: Sender;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#sender = createSender(options);
  }

  async get(url: string, request: HttpRequest): Promise<HttpAnswer> {
    return this.#retried(url, request, async () => {
      const response = await this.#sender.send(url, validators(request), request.signal);
      if (response.statusCode === 304) {
        await response.body.dump();
        return { kind: 'not-modified' };
      }
      if (await isAbsent(response)) {
        return { kind: 'absent' };
      }
      const bytes = await bytesOf(url, response, request.maxBytes);
      return { kind: 'fresh', bytes, ...validatorsOf(response) };
    });
  }

  async post(url: string, request: HttpPost): Promise<Uint8Array> {
    return this.#retried(url, request, async () => {
      const response = await this.#sender.post(url, request.json, request.signal);
      if (await isAbsent(response)) {
        throw networkFailed(url, `the server answered ${response.statusCode}`);
      }
      return bytesOf(url, response, request.maxBytes);
    });
  }

  async stream(url: string, request: Pick<HttpRequest, 'maxBytes' | 'signal'>): Promise<HttpStream> {
    const response = await this.#retried(url, request, () => this.#sender.send(url, {}, request.signal));
    if (await isAbsent(response)) {
      return { kind: 'absent' };
    }
    return { kind: 'found', chunks: this.#resumed(url, response, request) };
  }

  async close(): Promise<void> {
    await this.#sender.close();
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
        await this.#pauseOrThrow(error, { url, attempt, request });
        const range = rangeFrom(received, first);
        response = await this.#retried(url, request, () => this.#sender.send(url, range, request.signal));
        if (await isAbsent(response)) {
          throw networkFailed(url, 'it vanished from the server in the middle of the download');
        }
      }
    }
  }

  async #retried<T>(url: string, request: Patience, run: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await run();
      } catch (error) {
        await this.#pauseOrThrow(error, { url, attempt, request });
      }
    }
  }

  async #pauseOrThrow(
    error: unknown,
    {
      url,
      attempt,
      request: { signal, attempts = this.#options.attempts },
    }: { readonly url: string; readonly attempt: number; readonly request: Patience },
  ): Promise<void> {
    signal.throwIfAborted();
    if (error instanceof FactoryError) {
      throw error;
    }
    const reason = error instanceof Error ? error.message : String(error);
    if (attempt >= attempts) {
      throw networkFailed(url, reason, error);
    }
    this.#options.emit({
      kind: 'notice',
      level: 'info',
      message: `${redactUrl(url)}: ${reason}; attempt ${attempt + 1} of ${attempts}`,
    });
    await delay(this.#options.retryDelayMs * 2 ** (attempt - 1), undefined, { signal });
  }
}

async function bytesOf(url: string, response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of limited(url, response, maxBytes)) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
