import { FactoryError } from '../../model/index.ts';

/** One entry of GOPROXY. */
export interface ProxyEntry {
  /** Base URL without a slash at its end, or one of the go command's own words. */
  readonly proxy: string;
  /** A comma lets the next one be asked only where this one does not have it, a bar after any failure. */
  readonly next: 'if-absent' | 'always';
}

/** GOPROXY as https://go.dev/ref/mod#goproxy-protocol and cmd/go's modfetch/proxy.go read it. */
export function parseProxyList(text: string): readonly ProxyEntry[] {
  const entries: ProxyEntry[] = [];
  for (const [, written = '', separator = ''] of text.matchAll(/([^,|]*)([,|]?)/g)) {
    const word = written.trim();
    if (word === '') {
      continue;
    }
    entries.push({ proxy: toProxy(word), next: separator === '|' ? 'always' : 'if-absent' });
    if (word === 'off' || word === 'direct') {
      // what comes after them is never reached
      break;
    }
  }
  if (entries.length === 0) {
    throw badProxy('expected a list of URLs, got no entry');
  }
  return entries;
}

/** Single words are the go command's own; of everything else the scheme may be left away. */
function toProxy(word: string): string {
  if (word === 'off' || word === 'direct') {
    return word;
  }
  const url = word.includes(':/') || !/[.:/]/.test(word) ? word : `https://${word}`;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw badProxy('expected http and https URLs, "direct" or "off", got another entry');
  }
  return url.replace(/\/+$/, '');
}

/** The value itself may hold a password. */
function badProxy(reason: string): FactoryError {
  return new FactoryError('USAGE', `cannot use GOPROXY: ${reason}`, {
    hint: 'set GOPROXY to the URL of a Go module proxy; `go env GOPROXY` shows the one of the go command',
  });
}

/** Asks one after the other, until one has it. Nothing where none has it; else the first failure that ends the list. */
export async function tryProxies<T>(
  entries: readonly ProxyEntry[],
  ask: (proxy: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  let failure: unknown;
  for (const { proxy, next } of entries) {
    try {
      const found = await ask(proxy);
      if (found !== undefined) {
        return found;
      }
    } catch (error) {
      failure = error;
      if (next !== 'always' || !(error instanceof FactoryError && error.code === 'NETWORK_FAILED')) {
        break;
      }
    }
  }
  if (failure !== undefined) {
    throw failure as Error;
  }
  return undefined;
}
