import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type Docker from 'dockerode';
import { FactoryError, type Platform } from '../../model/index.ts';
import { emulationIn } from '../emulation.ts';
import { foreignPlatform, platformOfHost } from '../host-platform.ts';
import { engineAt, untilDone } from '../user-engine.ts';
import { FORMATS_PROGRAM, PYTHON, START_PROGRAM } from './container-programs.ts';
import {
  ensureNetwork,
  NETWORK,
  pruneBuildCache,
  removeImage,
  removeImages,
  unlessAbsent,
  untilReady,
} from './engine-api.ts';
import { engineConfig, type Engine } from './engine.ts';
import { folderTar } from './folder-tar.ts';
import { openRelay, unframe, type Relay } from './relay.ts';

/** An engine of ours as a container of the user's. */
export interface ContainerPlaces {
  /** The user's engine. */
  readonly docker: Docker;
  /** Of container, volume and image. */
  readonly name: string;
  /** Unpacked tools of this host: buildx runs here. */
  readonly toolsDir: string;
  /** Every start makes a folder in it, for socket and log. */
  readonly runtimeParent: string;
  /** What BuildKit may keep between runs. */
  readonly buildCacheBytes: number;
  /** The packages that the container is made of, by a digest over them. */
  readonly root: ContainerRoot;
}

export interface ContainerRoot {
  readonly digest: string;
  /** Writes them as one tar of a root filesystem into the file. */
  readonly write: (file: string) => Promise<void>;
}

/** Below the container's own root. */
const DATA = '/var/lib/docker';
const RUNTIME = '/run/ingot';
const SHARED = '/srv/shared';
const BRIDGE = 'ingot';
const STOP_SECONDS = 20;
const HINT =
  'the builder runs as a privileged container of your Docker engine, which has to allow that (INGOT_BUILDER=embedded: as root, without one)';

export async function startContainerEngine(places: ContainerPlaces, signal: AbortSignal): Promise<Engine> {
  const { docker, name } = places;
  await assertSamePlatform(docker);
  const closing = new AsyncDisposableStack();
  try {
    const folder = await mkdtemp(join(places.runtimeParent, `${name}-`));
    closing.defer(() => rm(folder, { recursive: true, force: true }));
    // what a killed run left
    await unlessAbsent(docker.getContainer(name).remove({ force: true }));
    const image = await ensureImage(places, join(folder, 'root.tar'));
    const container = await docker.createContainer(containerSettings(places, image));
    closing.defer(async () => {
      await unlessAbsent(container.remove({ force: true, v: true }));
    });
    const logFile = join(folder, 'engine.log');
    const { ended } = await startAttached(container, logFile);
    closing.defer(() => whateverHappens(container.stop({ t: STOP_SECONDS })));
    const socket = join(folder, 'docker.sock');
    const relay = await openRelay({ path: socket }, posix.join(RUNTIME, 'docker.sock'), container);
    closing.defer(() => relay.close());
    const inner = await engineAt(socket);
    await untilReady(inner, { ended, logFile, hint: HINT }, signal);
    await removeImages(inner);
    closing.defer(() => whateverHappens(pruneBuildCache(inner, places.buildCacheBytes)));
    closing.defer(() => whateverHappens(removeImages(inner)));
    await ensureNetwork(inner, BRIDGE);
    return await openEngine({ container, socket }, closing);
  } catch (error) {
    await closing.disposeAsync();
    throw error;
  }
}

interface StartedContainer {
  readonly container: Docker.Container;
  readonly socket: string;
}

async function openEngine(
  { container, socket }: StartedContainer,
  closing: AsyncDisposableStack,
): Promise<Engine> {
  const shared = new Map<string, Promise<string>>();
  const relays = new Map<number, Promise<Relay>>();
  closing.defer(async () => {
    for (const relay of relays.values()) {
      await (await relay).close();
    }
  });
  return {
    socket,
    platform: platformOfHost(),
    platforms: await runnablePlatforms(container),
    network: NETWORK,
    share: (folder) => {
      const sharing = shared.get(folder) ?? share(folder, posix.join(SHARED, String(shared.size)), container);
      shared.set(folder, sharing);
      return sharing;
    },
    reach: async (port) => {
      const relay = relays.get(port) ?? openRelay({ port: 0, host: '127.0.0.1' }, String(port), container);
      relays.set(port, relay);
      return (await relay).port;
    },
    stop: () => closing.disposeAsync(),
  };
}

/**
 * Removes what is kept between runs: the data of our engine, and the image its container is made from. Tells whether
 * there were data.
 */
export async function removeContainerBuilder(docker: Docker, name: string): Promise<boolean> {
  await unlessAbsent(docker.getContainer(name).remove({ force: true }));
  const hadData = await unlessAbsent(docker.getVolume(name).remove());
  await removeRootImages(docker, name);
  return hadData;
}

async function removeRootImages(docker: Docker, name: string): Promise<void> {
  for (const { Id } of await docker.listImages({ filters: { reference: [repositoryOf(name)] } })) {
    await removeImage(docker, Id);
  }
}

function repositoryOf(name: string): string {
  return `ingot.local/${name}`;
}

async function assertSamePlatform(docker: Docker): Promise<void> {
  const { OSType: system, Architecture: machine } = (await docker.info()) as Record<string, string>;
  const platforms: Readonly<Record<string, Platform>> = { x86_64: 'linux/amd64', aarch64: 'linux/arm64' };
  const found = system === 'linux' ? platforms[machine ?? ''] : undefined;
  if (found !== platformOfHost()) {
    throw new FactoryError(
      'HOST_UNSUPPORTED',
      `cannot use your Docker engine as a builder: expected one for ${platformOfHost()}, got ${String(system)} on ${String(machine)}`,
      { hint: 'DOCKER_HOST names another engine' },
    );
  }
}

/** Imported from our own verified packages: nothing is pulled. */
async function ensureImage({ docker, name, root }: ContainerPlaces, file: string): Promise<string> {
  const repo = repositoryOf(name);
  const image = `${repo}:${root.digest}`;
  const found = await docker.listImages({ filters: { reference: [image] } });
  if (found.length === 0) {
    // of another lock
    await removeRootImages(docker, name);
    await root.write(file);
    const options = { repo, tag: root.digest, platform: platformOfHost() };
    await untilDone(docker, await docker.importImage(createReadStream(file), options));
    await rm(file);
  }
  return image;
}

/**
 * No network, no port, no folder of the host: everything goes through its standard streams. The one thing it keeps is
 * a volume with images and BuildKit's cache.
 */
export function containerSettings(
  { name, buildCacheBytes }: Pick<ContainerPlaces, 'name' | 'buildCacheBytes'>,
  image: string,
): Docker.ContainerCreateOptions {
  const places = { toolsDir: '/', dataDir: DATA, runtimeDir: RUNTIME, bridge: BRIDGE, buildCacheBytes };
  return {
    name,
    Image: image,
    Entrypoint: [...PYTHON, START_PROGRAM],
    Cmd: [JSON.stringify(engineConfig(places))],
    Env: ['PATH=/usr/sbin:/usr/bin'],
    OpenStdin: true,
    // it ends with the connection that started it, as the embedded engine ends with ingot
    StdinOnce: true,
    HostConfig: {
      Privileged: true,
      NetworkMode: 'none',
      Mounts: [{ Type: 'volume', Source: name, Target: DATA }],
      Tmpfs: { '/run': '', '/tmp': '' },
    },
  };
}

/** Standard input stays open for as long as ingot lives. */
async function startAttached(
  container: Docker.Container,
  logFile: string,
): Promise<{ readonly ended: Promise<unknown> }> {
  const stream = await container.attach({
    stream: true,
    hijack: true,
    stdin: true,
    stdout: true,
    stderr: true,
  });
  // a full disk costs lines of the log, not the run
  void pipeline(unframe(stream), createWriteStream(logFile, { mode: 0o600 })).catch(() => undefined);
  await container.start();
  return { ended: container.wait() };
}

async function runnablePlatforms(container: Docker.Container): Promise<readonly Platform[]> {
  const program = await container.exec({ Cmd: [...PYTHON, FORMATS_PROGRAM], AttachStdout: true });
  const framed = await program.start({ hijack: true });
  const output = await text(Readable.from(unframe(framed)));
  const formats = new Map(Object.entries(JSON.parse(output) as Record<string, string>));
  const emulation = emulationIn(formats, foreignPlatform());
  return emulation === undefined ? [platformOfHost()] : [platformOfHost(), emulation.platform];
}

/** A copy: a folder of this host may not be there for an engine on another machine. */
async function share(folder: string, target: string, container: Docker.Container): Promise<string> {
  await container.putArchive(folderTar(folder, target), { path: '/' });
  return target;
}

/** Whatever goes wrong: it is removed by force next, and that is what counts. */
async function whateverHappens(stopping: Promise<unknown>): Promise<void> {
  await stopping.catch(() => undefined);
}
