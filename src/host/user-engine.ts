import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { z } from 'zod';
import { FactoryError } from '../model/index.ts';

/** The user's own surroundings: ours may name our engine by now. */
export interface EngineUser {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

const DockerConfig = z.object({ currentContext: z.string().optional() });
const ContextMeta = z.object({ Endpoints: z.object({ docker: z.object({ Host: z.string() }) }) });

/** An engine of that socket, whatever DOCKER_HOST says: docker-modem would mix the two. */
export function engineAt(socketPath: string): Promise<Docker> {
  return connect({ socketPath, ...NOTHING_FROM_ENVIRONMENT });
}

async function connect(options: Docker.DockerOptions): Promise<Docker> {
  const { default: Dockerode } = await import('dockerode');
  return new Dockerode(options);
}

const NOTHING_FROM_ENVIRONMENT = {
  host: undefined,
  port: undefined,
  protocol: 'http',
  ca: undefined,
  cert: undefined,
  key: undefined,
} as const;

/** The engine that `docker` would talk to. Whether it answers is not known yet. */
export async function openUserEngine(user: EngineUser): Promise<Docker> {
  const url = parseAddress(await engineAddress(user));
  if (url.protocol === 'unix:') {
    return engineAt(url.pathname);
  }
  const { DOCKER_TLS_VERIFY: verify = '', DOCKER_CERT_PATH: folder } = user.environment;
  const isTls = verify !== '' || url.port === '2376';
  return connect({
    ...NOTHING_FROM_ENVIRONMENT,
    socketPath: undefined,
    host: url.hostname,
    port: url.port,
    protocol: isTls ? 'https' : 'http',
    ...(isTls ? await certificates(folder ?? path.join(user.home, '.docker')) : {}),
  });
}

/** https://docs.docker.com/engine/manage-resources/contexts/: DOCKER_HOST, DOCKER_CONTEXT, the current context. */
export async function engineAddress({ environment, home }: EngineUser): Promise<string> {
  const { DOCKER_HOST: host = '', DOCKER_CONTEXT: asked = '' } = environment;
  if (host !== '') {
    return host;
  }
  const config = environment['DOCKER_CONFIG'] ?? path.join(home, '.docker');
  const context = asked === '' ? await currentContext(config) : asked;
  if (context !== '' && context !== 'default') {
    return contextAddress(config, context);
  }
  return defaultAddress(path.join(home, '.docker/run'), environment['XDG_RUNTIME_DIR'] ?? '');
}

/** Where Linux, Docker Desktop and a rootless engine have it. */
async function defaultAddress(...userFolders: readonly string[]): Promise<string> {
  const usual = '/var/run/docker.sock';
  for (const socket of [usual, ...userFolders.map((folder) => path.join(folder, 'docker.sock'))]) {
    if ((await stat(socket).catch(() => undefined))?.isSocket() === true) {
      return `unix://${socket}`;
    }
  }
  return `unix://${usual}`;
}

async function currentContext(config: string): Promise<string> {
  const text = await readFile(path.join(config, 'config.json'), 'utf8').catch(() => '{}');
  return parseJson(DockerConfig, text)?.currentContext ?? '';
}

/** The CLI keeps a context below the digest of its name. */
async function contextAddress(config: string, context: string): Promise<string> {
  const id = createHash('sha256').update(context).digest('hex');
  const file = path.join(config, 'contexts/meta', id, 'meta.json');
  const meta = parseJson(ContextMeta, await readFile(file, 'utf8').catch(() => ''));
  if (meta === undefined) {
    throw new FactoryError(
      'USAGE',
      `cannot use Docker context "${context}": no such context in "${config}"`,
      {
        hint: '`docker context ls` lists them; DOCKER_HOST or DOCKER_CONTEXT names another',
      },
    );
  }
  return meta.Endpoints.docker.Host;
}

function parseJson<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function parseAddress(address: string): URL {
  const url = URL.parse(address);
  if (url === null || !['unix:', 'tcp:', 'http:', 'https:'].includes(url.protocol)) {
    throw new FactoryError('USAGE', `cannot use Docker engine "${address}": expected unix:// or tcp://`, {
      hint: 'for an engine behind ssh, forward its socket: ssh -L /tmp/docker.sock:/var/run/docker.sock HOST',
    });
  }
  return url;
}

async function certificates(folder: string): Promise<{ ca: Buffer; cert: Buffer; key: Buffer }> {
  async function read(name: string): Promise<Buffer> {
    const file = path.join(folder, name);
    try {
      return await readFile(file);
    } catch (cause) {
      throw new FactoryError('USAGE', `cannot read "${file}", the Docker engine's certificates`, {
        hint: 'DOCKER_CERT_PATH names the folder with ca.pem, cert.pem and key.pem',
        cause,
      });
    }
  }
  return { ca: await read('ca.pem'), cert: await read('cert.pem'), key: await read('key.pem') };
}

/** As `docker load` would. */
export async function loadIntoUserEngine(archive: AsyncIterable<unknown>, user: EngineUser): Promise<void> {
  const docker = await openUserEngine(user);
  try {
    await untilDone(docker, await docker.loadImage(Readable.from(archive)));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FactoryError('ENGINE_FAILED', `cannot load the image into your Docker engine: ${reason}`, {
      hint: 'is one running? DOCKER_HOST names it, else the current Docker context, else its default socket is used',
      cause,
    });
  }
}

/** The engine tells a failure at the end of an answer that began well. */
export function untilDone(docker: Docker, progress: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(progress, (error) => {
      if (error) {
        reject(error);
      } else {
        resolve();
      }
    });
  });
}
