import { createHash } from 'node:crypto';
import { serveHttp, type HttpServer } from './http-server.ts';
import { createSigner, type Signer } from './openpgp.ts';
import { tarballOf } from './tarball.ts';

export interface NodejsReleases extends HttpServer {
  readonly signer: Signer;
}

export interface NodejsOptions {
  readonly versions?: readonly string[];
  /** When the key expires that signs. Default: never. */
  readonly expires?: Date;
  /** What is sent instead of what the path has; nothing is 404. */
  readonly tamper?: (path: string, bytes: Buffer) => Buffer | undefined;
}

/** The program in every release. */
export function programOf(version: string, name: string): string {
  return `node ${version} for ${name}`.repeat(100);
}

/** A server with the layout of nodejs.org/dist, whose checksums a key of its own signs. */
export async function serveNodejs({
  versions = ['24.21.0'],
  tamper,
  ...key
}: NodejsOptions = {}): Promise<NodejsReleases> {
  const signer = await createSigner(key);
  const files = new Map<string, Buffer>();
  const index = versions.map((version) => {
    const date = '2026-11-03';
    return {
      version: `v${version}`,
      date,
      files: ['aix-ppc64', 'linux-arm64', 'linux-x64', 'src'],
      lts: 'Krypton',
    };
  });
  files.set('/index.json', Buffer.from(JSON.stringify(index)));
  for (const version of versions) {
    const lines: string[] = [];
    for (const name of ['linux-x64', 'linux-arm64']) {
      const folder = `node-v${version}-${name}`;
      const content = { [`${folder}/LICENSE`]: 'free', [`${folder}/bin/node`]: programOf(version, name) };
      const tarball = await tarballOf(content, 'xz');
      files.set(`/v${version}/${folder}.tar.xz`, tarball);
      lines.push(`${createHash('sha256').update(tarball).digest('hex')}  ${folder}.tar.xz`);
    }
    const signed = await signer.clearsign(`${lines.join('\n')}\n`);
    files.set(`/v${version}/SHASUMS256.txt.asc`, Buffer.from(signed));
  }
  const server = await serveHttp((request, response) => {
    const path = request.url ?? '/';
    const found = files.get(path);
    const sent = found === undefined || tamper === undefined ? found : tamper(path, found);
    response.writeHead(sent === undefined ? 404 : 200).end(sent);
  });
  return { ...server, signer };
}
