/** One HTTP exchange as the registry client needs it; the body is read to its end before it is handed over. */
export interface WireRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** A stream comes with `content-length` in the headers. */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  /** A longer response body is an error. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface WireResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * Sends one request, once: no retry, no redirect. Rejects when there is no complete response, with a RangeError
 * when it is longer than allowed; an error thrown by the request's body comes out as it is.
 */
export type Send = (request: WireRequest) => Promise<WireResponse>;
