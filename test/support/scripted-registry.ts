import { createRegistryClient } from '../../src/oci/index.ts';
import type {
  Credentials,
  CredentialSource,
  RegistryClient,
  WireRequest,
  WireResponse,
} from '../../src/oci/index.ts';

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** A client whose requests are answered in this order; one more is an error. */
export function scripted(
  answers: readonly Answer[],
  credentials?: Credentials | CredentialSource,
): { readonly client: RegistryClient; readonly sent: WireRequest[] } {
  const sent: WireRequest[] = [];
  const client = createRegistryClient({
    send: (request): Promise<WireResponse> => {
      const answer = answers[sent.length];
      sent.push(request);
      return answer === undefined
        ? Promise.reject(new Error(`unexpected ${request.method} ${request.url.href}`))
        : Promise.resolve({ headers: {}, body: new Uint8Array(), ...answer });
    },
    credentials: typeof credentials === 'function' ? credentials : () => Promise.resolve(credentials),
    signal: new AbortController().signal,
    retryPausesMs: [],
  });
  return { client, sent };
}
