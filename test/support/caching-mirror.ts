import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Mirrors } from '../../src/host/mirrors.ts';

/** A mirror on this machine that remembers what it served, so that whoever uses it is not timed for downloads. */
export interface CachingMirror extends AsyncDisposable {
  /** `http://127.0.0.1:39001` with `/debian` and `/debian-security` below it. */
  readonly url: string;
}

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

export interface CachingMirrorOptions {
  /** Address to listen on; a container reaches the gateway of its network, not 127.0.0.1. */
  readonly host?: string;
  /** Whether the answer for a path stays the same. Default: all do. */
  readonly remembers?: (path: string) => boolean;
}

export async function startCachingMirror(
  mirrors: Mirrors,
  { host = '127.0.0.1', remembers = () => true }: CachingMirrorOptions = {},
): Promise<CachingMirror> {
  const known = new Map<string, Promise<Answer>>();
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    const answer = known.get(path) ?? fetchFrom(mirrors, path);
    if (remembers(path)) {
      known.set(path, answer);
    }
    const { status, body } = await answer;
    response.writeHead(status, { 'content-length': body.length });
    response.end(request.method === 'HEAD' ? undefined : body);
  }
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    url: `http://${host}:${String(port)}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function fetchFrom(mirrors: Mirrors, path: string): Promise<Answer> {
  const [, archive = '', ...rest] = path.split('/');
  const base = archive === 'debian-security' ? mirrors['debian-security'] : mirrors.debian;
  const response = await fetch(`${base}/${rest.join('/')}`);
  return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
}
