import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ARCHIVES, type DebianArchive } from '../../src/model/index.ts';
import type { FakeArchive } from './archive.ts';

/** What goes wrong with one path. With `times`, only so often; then it works again. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly times?: number }
  /** Half of the body under the full Content-Length, then the connection ends. */
  | { readonly kind: 'truncated'; readonly times?: number }
  /** The headers never come. */
  | { readonly kind: 'hanging'; readonly times?: number }
  /** Headers and half of the body come, the rest never does. */
  | { readonly kind: 'stalling'; readonly times?: number }
  /** One bit is other than it was; `at` is the byte, by default the middle one. */
  | { readonly kind: 'flipped'; readonly at?: number; readonly times?: number };

export interface ArchiveServer extends AsyncDisposable {
  /** Base URL of each archive. */
  readonly urls: Readonly<Record<DebianArchive, string>>;
  /** What was asked for so far: `200 debian/dists/trixie/InRelease`; status 0 for an answer that did not end. */
  readonly log: readonly string[];
  /** Changes what goes wrong with `debian/dists/trixie/InRelease`, or heals it. */
  fault(path: string, fault: Fault | undefined): void;
  /** From now on this is what the mirror has. */
  replace(archive: FakeArchive): void;
  close(): Promise<void>;
}

/** A mirror of both archives on 127.0.0.1, with ETag, Last-Modified and 304. */
export async function serveArchive(
  archive: FakeArchive,
  faults: Readonly<Record<string, Fault>> = {},
): Promise<ArchiveServer> {
  const mirror = new Mirror(archive, new Map(Object.entries(faults)));
  const server = createServer((request, response) => mirror.answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  return {
    urls: { debian: `${base}/debian`, 'debian-security': `${base}/debian-security` },
    log: mirror.log,
    fault: (path, fault) => mirror.setFault(path, fault),
    replace: (next) => mirror.replace(next),
    close,
    [Symbol.asyncDispose]: close,
  };
}

class Mirror {
  readonly log: string[] = [];
  readonly #faults: Map<string, Fault>;
  readonly #hits = new Map<string, number>();
  #archive: FakeArchive;

  constructor(archive: FakeArchive, faults: Map<string, Fault>) {
    this.#archive = archive;
    this.#faults = faults;
  }

  setFault(path: string, fault: Fault | undefined): void {
    this.#hits.delete(path);
    if (fault === undefined) {
      this.#faults.delete(path);
    } else {
      this.#faults.set(path, fault);
    }
  }

  replace(archive: FakeArchive): void {
    this.#archive = archive;
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const path = decodeURIComponent((request.url ?? '/').slice(1));
    const fault = this.#activeFault(path);
    const bytes = this.#find(path);
    const status = answerWith({ request, response, bytes, fault, lastModified: this.#archive.now });
    this.log.push(`${status} ${path}`);
  }

  #activeFault(path: string): Fault | undefined {
    const fault = this.#faults.get(path);
    const hits = (this.#hits.get(path) ?? 0) + 1;
    this.#hits.set(path, hits);
    return fault?.times !== undefined && hits > fault.times ? undefined : fault;
  }

  #find(path: string): Uint8Array | undefined {
    const archive = ARCHIVES.find((name) => path.startsWith(`${name}/`));
    return archive === undefined
      ? undefined
      : this.#archive.files[archive].get(path.slice(archive.length + 1));
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly bytes: Uint8Array | undefined;
  readonly fault: Fault | undefined;
  readonly lastModified: Date;
}

/** Returns the status for the log. */
function answerWith(exchange: Exchange): number {
  const { response, bytes, fault } = exchange;
  if (fault?.kind === 'status') {
    return end(response, fault.status);
  }
  return bytes === undefined ? end(response, 404) : answerBody(exchange, bytes);
}

function answerBody(exchange: Exchange, bytes: Uint8Array): number {
  const { response, fault } = exchange;
  switch (fault?.kind) {
    case 'hanging':
      return 0;
    case 'truncated':
    case 'stalling':
      return sendHalf(response, bytes, fault.kind);
    case 'flipped':
      return send(exchange, flipByte(bytes, fault.at));
    case 'status':
    case undefined:
      return send(exchange, bytes);
  }
}

function end(response: ServerResponse, status: number): number {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`status ${status}\n`);
  return status;
}

function send({ request, response, lastModified }: Exchange, body: Uint8Array): number {
  const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
  const headers = { etag, 'last-modified': lastModified.toUTCString() };
  if (isNotModified(request, headers)) {
    response.writeHead(304, headers).end();
    return 304;
  }
  response.writeHead(200, { ...headers, 'content-length': body.length }).end(body);
  return 200;
}

/** RFC 9110 section 13.2.2: If-Modified-Since counts only without If-None-Match. */
function isNotModified(
  request: IncomingMessage,
  headers: { etag: string; 'last-modified': string },
): boolean {
  const etag = request.headers['if-none-match'];
  return etag === undefined
    ? request.headers['if-modified-since'] === headers['last-modified']
    : etag === headers.etag;
}

function sendHalf(response: ServerResponse, body: Uint8Array, kind: 'truncated' | 'stalling'): number {
  response.writeHead(200, { 'content-length': body.length });
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => {
    if (kind === 'truncated') {
      response.destroy();
    }
  });
  return 0;
}

/** A copy in which one bit of one byte is other than it was. */
export function flipByte(bytes: Uint8Array, at = Math.floor(bytes.length / 2)): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
