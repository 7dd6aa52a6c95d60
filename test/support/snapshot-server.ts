import type { ServerResponse } from 'node:http';
import type { FakeArchive } from './archive.ts';
import { serveHttp, type HttpServer } from './http-server.ts';

/** What a snapshot archive recorded, by timestamp: `20261122T120000Z`. */
export type SnapshotStates = Readonly<Record<string, FakeArchive>>;

/**
 * A snapshot archive on 127.0.0.1 with snapshot.debian.org's paths: a timestamp that is no recorded state redirects
 * to the nearest one before it.
 */
export function serveSnapshot(states: SnapshotStates): Promise<HttpServer> {
  const recorded = Object.keys(states).sort();
  return serveHttp((request, response) => {
    const [, archive = '', timestamp = '', file = ''] =
      /^\/archive\/([^/]+)\/(\d{8}T\d{6}Z)\/(.+)$/.exec(decodeURIComponent(request.url ?? '')) ?? [];
    const nearest = recorded.findLast((state) => state <= timestamp);
    if (nearest !== undefined && nearest !== timestamp) {
      response.writeHead(302, { location: `/archive/${archive}/${nearest}/${file}` }).end();
      return;
    }
    const files = nearest === undefined ? undefined : states[nearest]?.files;
    answer(response, files?.[archive as keyof typeof files].get(file));
  });
}

function answer(response: ServerResponse, bytes: Uint8Array | undefined): void {
  if (bytes === undefined) {
    response.writeHead(404).end('not found\n');
  } else {
    response.writeHead(200, { 'content-length': bytes.byteLength }).end(bytes);
  }
}
