import type { ServerResponse } from 'node:http';
import type { DebianArchive } from '../../src/model/index.ts';
import type { FakeArchive } from './archive.ts';
import { serveHttp, type HttpServer } from './http-server.ts';

const PATH = /^\/archive\/([^/]+)\/(\d{8}T\d{6}Z)\/(.+)$/;

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
      PATH.exec(decodeURIComponent(request.url ?? '')) ?? [];
    const nearest = recorded.findLast((state) => state <= timestamp) ?? '';
    if (nearest !== '' && nearest !== timestamp) {
      response.writeHead(302, { location: `/archive/${archive}/${nearest}/${file}` }).end();
    } else {
      answer(response, states[nearest]?.files[archive as DebianArchive].get(file));
    }
  });
}

function answer(response: ServerResponse, bytes: Uint8Array | undefined): void {
  if (bytes === undefined) {
    response.writeHead(404).end('not found\n');
  } else {
    response.writeHead(200, { 'content-length': bytes.byteLength }).end(bytes);
  }
}
