import type { HttpClient } from '../../host/http.ts';
import { FactoryError } from '../../model/index.ts';
import { tryProxies, type ProxyEntry } from './proxy-list.ts';

/** https://go.dev/doc/toolchain#select: each toolchain is a version of this module. */
export const TOOLCHAIN = 'golang.org/toolchain';

/** The toolchain's own module in a module proxy (https://go.dev/ref/mod#goproxy-protocol). */
export interface ModuleProxy {
  /** `@v/list`, `@v/<version>.info`, `@v/<version>.zip`; nothing where no proxy has it. */
  read(file: string, maxBytes: number): Promise<Uint8Array | undefined>;
}

export interface ModuleProxyDeps {
  readonly http: HttpClient;
  readonly proxies: () => Promise<readonly ProxyEntry[]>;
  readonly signal: AbortSignal;
}

/** A page with its `go-import` tag has some kilobytes. */
const MAX_PAGE_BYTES = 1 << 20;

export function createModuleProxy({ http, proxies, signal }: ModuleProxyDeps): ModuleProxy {
  async function get(url: string, maxBytes: number): Promise<Uint8Array | undefined> {
    const answer = await http.stream(url, { maxBytes, signal });
    if (answer.kind === 'absent') {
      return undefined;
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.chunks) {
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  async function baseOf(proxy: string): Promise<string | undefined> {
    if (proxy === 'off') {
      throw new FactoryError('USAGE', `cannot fetch ${TOOLCHAIN}: GOPROXY is "off"`, {
        hint: 'name a Go module proxy in GOPROXY',
      });
    }
    if (proxy !== 'direct') {
      return proxy;
    }
    const page = await get(`https://${TOOLCHAIN}?go-get=1`, MAX_PAGE_BYTES);
    return page === undefined ? undefined : importRoot(Buffer.from(page).toString('utf8'));
  }

  return {
    read: async (file, maxBytes) =>
      tryProxies(await proxies(), async (proxy) => {
        const base = await baseOf(proxy);
        return base === undefined ? undefined : get(`${base}/${TOOLCHAIN}/@v/${file}`, maxBytes);
      }),
  };
}

/** Without a proxy the module's page names where it is, https://go.dev/ref/mod#vcs-find: `mod` is a proxy's layout. */
function importRoot(page: string): string | undefined {
  const [, content = ''] = /<meta\s+name="go-import"\s+content="([^"]*)"/.exec(page) ?? [];
  const [prefix, kind, root] = content.split(/\s+/);
  return prefix === TOOLCHAIN && kind === 'mod' ? root?.replace(/\/+$/, '') : undefined;
}
