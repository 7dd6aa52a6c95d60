/** One HTTP exchange as the registry client needs it; a body that nobody receives is read to its end first. */
export interface WireRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** A stream comes with `content-length` in the headers. */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  /** A longer response body is an error. */
  readonly maxBytes: number;
  /** Takes the body of a 200 as it arrives, instead of the response; any other answer is read to its end as ever. */
  readonly receive?: Receive;
  readonly signal: AbortSignal;
}

/** Settles when it has what it wants of the chunks; an error of theirs is thrown by iterating over them. */
export type Receive = (chunks: AsyncIterable<Uint8Array>) => Promise<void>;

export interface WireResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * Sends one request, once: no retry, no redirect. Rejects when there is no complete response, with a RangeError
 * when it is longer than allowed; an error thrown by the request's body, or by its receiver, comes out as it is.
 */
export type Send = (request: WireRequest) => Promise<WireResponse>;
