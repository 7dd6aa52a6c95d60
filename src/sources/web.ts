import type { HttpClient } from '../host/http.ts';
import { FactoryError, redactUrl } from '../model/index.ts';
import type { Store } from './source.ts';

/** Files of an upstream on the web. Nothing of what it reads is verified. */
export interface Web {
  /** The whole of a small file. */
  read(url: string): Promise<Uint8Array>;
  /** Gives a large one to `store`. */
  store(url: string, store: Store): Promise<string>;
}

/** The longest list in use, of all releases of an upstream, has 2 MB. */
const MAX_LIST_BYTES = 32 << 20;
const MAX_RELEASE_BYTES = 1 << 30;

export function createWeb(http: HttpClient, signal: AbortSignal): Web {
  return {
    read: async (url) => {
      const answer = await http.get(url, { maxBytes: MAX_LIST_BYTES, signal });
      return answer.kind === 'fresh' ? answer.bytes : absent(url);
    },
    store: async (url, store) => {
      const answer = await http.stream(url, { maxBytes: MAX_RELEASE_BYTES, signal });
      return answer.kind === 'found' ? store(answer.chunks) : absent(url);
    },
  };
}

function absent(url: string): never {
  throw new FactoryError('ARTIFACT_NOT_FOUND', `cannot fetch ${redactUrl(url)}: it is not there`, {
    hint: 'the upstream removed the release, or the URL in the catalog is out of date',
  });
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
