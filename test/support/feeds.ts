import { createHash } from 'node:crypto';
import path from 'node:path';
import type { RequestListener } from 'node:http';
import pLimit from 'p-limit';
import { createFileStore } from '../../src/host/file-store.ts';
import { createHttpClient } from '../../src/host/http.ts';
import type { RunEvent } from '../../src/model/index.ts';
import type { FeedDeps } from '../../src/stages/scan/index.ts';
import type { Pool } from '../../src/model/index.ts';
import { NOW } from './archive.ts';

/** What scanners that ask a server work with, and what they told. */
export interface FeedWorld extends FeedDeps {
  readonly network: Pool;
  readonly notices: readonly string[];
}

/** The same folder again is the next run. */
export function feedWorld(folder: string, now: Date = NOW): FeedWorld {
  const notices: string[] = [];
  return {
    http: createHttpClient({ attempts: 1, proxies: { http: undefined, https: undefined, noProxy: '' } }),
    state: createFileStore(path.join(folder, 'scan')),
    network: pLimit(4),
    runStartedAt: now,
    notices,
    emit: (event: RunEvent) => {
      notices.push(event.kind === 'notice' ? event.message : event.kind);
    },
    signal: new AbortController().signal,
  };
}

/** Serves one document with an ETag, and says 304 to who has it. */
export function documentServer(document: () => string): RequestListener {
  return (request, response) => {
    const text = document();
    const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"`;
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304).end();
    } else {
      response.writeHead(200, { etag }).end(text);
    }
  };
}
