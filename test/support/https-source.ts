import { createContentCache } from '../../src/host/content-cache.ts';
import { createHttpClient } from '../../src/host/http.ts';
import { createHttpsSource, type HttpsSource } from '../../src/sources/https/index.ts';
import { serveHttp, type HttpServer } from './http-server.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A source with an empty cache; `files` are those of the catalog's folder. */
export async function createTestHttpsSource(
  files: Readonly<Record<string, string>> = {},
): Promise<HttpsSource> {
  return createHttpsSource({
    http: createHttpClient({ attempts: 1 }),
    cache: createContentCache(await temporaryFolder()),
    readKeys: async (paths) => paths.map((path) => files[path] ?? unexpected(path)),
    runStartedAt: new Date('2026-11-24T03:00:00Z'),
    signal: new AbortController().signal,
  });
}

function unexpected(path: string): never {
  throw new Error(`no ${path}`);
}

/** Answers by path, with its query if the key has one. */
export function serveFiles(files: Readonly<Record<string, string | Uint8Array>>): Promise<HttpServer> {
  return serveHttp((request, response) => {
    const url = request.url ?? '/';
    const found = files[url] ?? files[url.replace(/\?.*$/, '')];
    response.writeHead(found === undefined ? 404 : 200).end(found);
  });
}
