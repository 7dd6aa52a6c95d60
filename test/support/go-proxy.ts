import { createHash } from 'node:crypto';
import { createSumdb, SUMDB_NAME, type FakeSumdb } from './go-sumdb.ts';
import { serveHttp, type HttpServer } from './http-server.ts';
import { zipOf } from './zip.ts';

export interface GoProxyOptions {
  /** `1.27.3.linux-amd64` */
  readonly toolchains: readonly string[];
  /** Whether it passes the checksum database on. */
  readonly hasSumdb?: boolean;
  /** What is sent instead of what the path has. */
  readonly tamper?: (path: string, bytes: Buffer) => Buffer;
}

export interface GoProxy extends HttpServer {
  readonly sumdb: FakeSumdb;
}

export const PUBLISHED = '2026-11-03T12:00:00Z';
const MODULE = '/golang.org/toolchain/@v/';

/** A Go module proxy with toolchains of a few files, and the checksum database that knows them among others. */
export async function serveGoProxy(options: GoProxyOptions): Promise<GoProxy> {
  const sumdb = createSumdb();
  for (let number = 0; number < 300; number += 1) {
    sumdb.add(
      `example.org/module${number} v1.0.0 h1:${createHash('sha256').update(String(number)).digest('base64')}\n`,
    );
  }
  const files = new Map<string, Buffer>();
  for (const toolchain of options.toolchains) {
    const version = `v0.0.1-go${toolchain}`;
    const content = toolchainFiles(version);
    sumdb.add(`golang.org/toolchain ${version} ${sumOf(content)}\n`);
    files.set(`${MODULE}${version}.zip`, zipOf(content));
    files.set(`${MODULE}${version}.info`, Buffer.from(JSON.stringify({ Version: version, Time: PUBLISHED })));
  }
  sumdb.add('example.org/last v1.0.0 h1:none\n');
  const list = options.toolchains.map((toolchain) => `v0.0.1-go${toolchain}\n`).join('');
  files.set(`${MODULE}list`, Buffer.from(list));
  const server = await serveHttp((request, response) => {
    const path = request.url ?? '/';
    const database = `/sumdb/${SUMDB_NAME}/`;
    const isDatabase = path.startsWith(database) && options.hasSumdb !== false;
    const found = isDatabase ? sumdb.answer(path.slice(database.length)) : files.get(path);
    if (found === undefined) {
      response.writeHead(404).end();
    } else {
      response.writeHead(200).end(options.tamper?.(path, found) ?? found);
    }
  });
  return { ...server, sumdb };
}

function toolchainFiles(version: string): Readonly<Record<string, string>> {
  const root = `golang.org/toolchain@${version}`;
  return {
    [`${root}/src/_go.mod`]: 'module std\n',
    [`${root}/bin/go`]: `the go command of ${version}\n`,
    [`${root}/LICENSE`]: 'free\n',
  };
}

/** golang.org/x/mod/sumdb/dirhash, Hash1. */
function sumOf(files: Readonly<Record<string, string>>): string {
  const lines = Object.keys(files)
    .sort()
    .map(
      (name) =>
        `${createHash('sha256')
          .update(files[name] ?? '')
          .digest('hex')}  ${name}\n`,
    );
  return `h1:${createHash('sha256').update(lines.join('')).digest('base64')}`;
}
