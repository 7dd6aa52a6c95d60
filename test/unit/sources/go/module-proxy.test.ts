import { describe, expect, test } from 'vitest';
import type { HttpClient } from '../../../../src/host/http.ts';
import { createModuleProxy } from '../../../../src/sources/go/module-proxy.ts';
import { parseProxyList } from '../../../../src/sources/go/proxy-list.ts';

/** Answers by URL; everything else is not there. */
function webOf(pages: Readonly<Record<string, string>>): HttpClient {
  return {
    get: () => Promise.reject(new Error('nothing is asked for as a whole')),
    stream: async (url) => {
      const page = pages[url];
      return page === undefined ? { kind: 'absent' } : { kind: 'found', chunks: chunksOf(page) };
    },
    close: () => Promise.resolve(),
  };
}

async function* chunksOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text.slice(0, 3));
  yield Buffer.from(text.slice(3));
}

async function list(proxies: string, pages: Readonly<Record<string, string>>): Promise<string | undefined> {
  const proxy = createModuleProxy({
    http: webOf(pages),
    proxies: async () => parseProxyList(proxies),
    signal: new AbortController().signal,
  });
  const bytes = await proxy.read('list', 1000);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
}

const PAGE =
  '<html><head><meta name="go-import" content="golang.org/toolchain mod https://dl.example/mod/"></head>';

describe('"direct" goes where the page of the module says', () => {
  test.each([
    { summary: 'a tree of modules', page: PAGE, expected: 'versions' },
    { summary: 'a repository, which needs git', page: PAGE.replace(' mod ', ' git '), expected: undefined },
    {
      summary: 'another module',
      page: PAGE.replace('golang.org/toolchain', 'golang.org/x'),
      expected: undefined,
    },
    { summary: 'no such page', page: '', expected: undefined },
  ])('$summary', async ({ page, expected }) => {
    const pages = {
      'https://golang.org/toolchain?go-get=1': page,
      'https://dl.example/mod/golang.org/toolchain/@v/list': 'versions',
    };
    expect(await list('https://proxy.example,direct', pages)).toBe(expected);
  });

  test('only after what stands before it', async () => {
    const pages = { 'https://proxy.example/golang.org/toolchain/@v/list': 'of the proxy' };
    expect(await list('https://proxy.example,direct', pages)).toBe('of the proxy');
  });
});
