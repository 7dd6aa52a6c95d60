import type { HttpClient } from '../../host/http.ts';
import { FactoryError, once, onceEach } from '../../model/index.ts';
import { parseNoteKey, type NoteKey } from './note.ts';
import { tryProxies, type ProxyEntry } from './proxy-list.ts';
import { DEFAULT_SUMDB } from './settings.ts';
import type { ReadFile } from './tiles.ts';

/** Published at https://go.dev/ref/mod#checksum-database; a name alone stands for its key. */
const KNOWN_KEYS: ReadonlyMap<string, string> = new Map([
  [DEFAULT_SUMDB, 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'],
]);

/** Tiles have 8 kB, lookups less than one. */
const MAX_FILE_BYTES = 1 << 20;

export interface DatabasePlace {
  readonly key: NoteKey;
  /** Where it answers if no proxy passes it on. */
  readonly url: string;
}

/**
 * GOSUMDB: a name or a key, and an URL where it is not the name's own. `off` is refused, and so are GONOSUMDB and
 * GOPRIVATE passed over, as the go command itself does for toolchains (cmd/go, modfetch/sumdb.go, useSumDB).
 */
export function parseSumdb(text: string): DatabasePlace {
  const [name = '', url] = text.trim().split(/\s+/);
  if (name === 'off') {
    throw new FactoryError('USAGE', 'cannot verify a Go toolchain: GOSUMDB is "off"', {
      hint: 'leave GOSUMDB unset, or name your own checksum database; the go command demands one for toolchains too',
    });
  }
  const key = parseNoteKey(KNOWN_KEYS.get(name) ?? name);
  return { key, url: (url ?? `https://${key.name}`).replace(/\/+$/, '') };
}

export interface DatabaseAccess {
  readonly http: HttpClient;
  readonly proxies: readonly ProxyEntry[];
  readonly signal: AbortSignal;
}

/** Files of the database, through the proxy that passes it on, else from the database itself; each asked for once. */
export function databaseFiles(place: DatabasePlace, access: DatabaseAccess): ReadFile {
  const base = once(() => findBase(place, access));
  return onceEach(async (path: string) => {
    const { http, signal } = access;
    const answer = await http.get(`${await base()}/${path}`, { maxBytes: MAX_FILE_BYTES, signal });
    return answer.kind === 'fresh' ? answer.bytes : undefined;
  });
}

/** https://go.dev/design/25530-sumdb#proxying-a-checksum-database: a proxy that supports it is used for all of it. */
async function findBase({ key, url }: DatabasePlace, access: DatabaseAccess): Promise<string> {
  const { http, proxies, signal } = access;
  const found = await tryProxies(proxies, async (proxy) => {
    if (proxy === 'direct' || proxy === 'off') {
      return url;
    }
    const base = `${proxy}/sumdb/${key.name}`;
    const answer = await http.get(`${base}/supported`, { maxBytes: MAX_FILE_BYTES, signal });
    return answer.kind === 'absent' ? undefined : base;
  });
  return found ?? url;
}
