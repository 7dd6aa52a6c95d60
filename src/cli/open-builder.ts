import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type Builder,
  canEmbed,
  type ContainerPlaces,
  type ContainerRoot,
  createBuilder,
  createContainerBuilder,
  type EnginePlaces,
  toolsFolder,
} from '../host/builder/index.ts';
import { homeFolder, type IngotPaths, shortName } from '../host/paths.ts';
import { readCacheLimit } from '../host/trim-cache.ts';
import { engineAddress, openUserEngine } from '../host/user-engine.ts';
import { FactoryError } from '../model/index.ts';
import { writeRootTar } from '../stages/build/index.ts';
import { fetchToolPackages } from '../stages/resolve/index.ts';
import type { LocalRequest } from './factory.ts';
import type { Host } from './open-host.ts';

/** Where the one builder runs: on this host, or as a container of the user's engine. */
export type BuilderChoice =
  { readonly kind: 'embedded' } | { readonly kind: 'engine'; readonly docker: ContainerPlaces['docker'] };

/** What a container needs to start dockerd is in these tools: a C library, Python and their like. */
const ROOT_SUITE = 'trixie';

/** Its own engine where that can run, else the user's; INGOT_BUILDER says otherwise. */
export function decideBuilder(
  asked: string | undefined,
  host: { readonly platform: string; readonly canEmbed: boolean },
): BuilderChoice['kind'] {
  if (asked !== undefined && asked !== 'embedded' && asked !== 'engine') {
    throw new FactoryError(
      'USAGE',
      `cannot choose a builder: expected "embedded" or "engine", got "${asked}"`,
      {
        hint: 'INGOT_BUILDER names it; without it the embedded one is used as root, and your Docker engine otherwise',
      },
    );
  }
  if (host.platform !== 'linux') {
    throw new FactoryError(
      'HOST_UNSUPPORTED',
      `cannot start the builder: expected Linux, got ${host.platform}`,
      {
        hint: 'run ingot in a Linux container or virtual machine that reaches your Docker engine (DOCKER_HOST)',
      },
    );
  }
  if (asked === 'embedded' && !host.canEmbed) {
    throw new FactoryError('HOST_UNSUPPORTED', 'cannot start the embedded builder: expected root', {
      hint: 'use sudo, or leave INGOT_BUILDER out: your Docker engine is used then',
    });
  }
  return asked ?? (host.canEmbed ? 'embedded' : 'engine');
}

/** Called before anything is fetched: a host without root and engine is told so at once. */
export async function chooseBuilder({ environment }: LocalRequest): Promise<BuilderChoice> {
  const host = { platform: process.platform, canEmbed: canEmbed() };
  const kind = decideBuilder(environment['INGOT_BUILDER'], host);
  if (kind === 'embedded') {
    return { kind };
  }
  const user = { environment, home: homeFolder(environment) };
  const docker = await openUserEngine(user);
  try {
    await docker.ping();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FactoryError(
      'HOST_UNSUPPORTED',
      `cannot start the builder: expected root or a Docker engine, got neither: ${await engineAddress(user)}: ${reason}`,
      {
        hint: 'run ingot as root (sudo, or a container started with --privileged), or start Docker; DOCKER_HOST names it',
      },
    );
  }
  return { kind, docker };
}

export async function openBuilder(
  choice: BuilderChoice,
  host: Host,
  { environment, signal }: LocalRequest,
): Promise<Builder> {
  const deps = { runner: host.runner, signal };
  const { buildCacheBytes } = readCacheLimit(environment);
  if (choice.kind === 'embedded') {
    return createBuilder(enginePlaces(host, buildCacheBytes), deps);
  }
  const places = {
    docker: choice.docker,
    name: engineName(host.paths),
    toolsDir: host.tools.folder,
    // XDG Base Directory Specification 0.8: a socket belongs there
    runtimeParent: environment['XDG_RUNTIME_DIR'] ?? tmpdir(),
    buildCacheBytes,
    root: await containerRoot(host),
  };
  return createContainerBuilder(places, deps);
}

/** A socket's path has 108 bytes at most and a bridge's name 15, so both are named by a digest of the cache. */
export function enginePlaces(
  { paths, tools }: Pick<Host, 'paths' | 'tools'>,
  buildCacheBytes: number,
): EnginePlaces {
  const name = engineName(paths);
  return {
    toolsDir: tools.folder,
    dataDir: path.join(paths.cache, 'engine'),
    runtimeDir: `/run/${name}`,
    bridge: name,
    buildCacheBytes,
  };
}

/** `ingot-1a2b3c4d`, also of a container and its volume: one for each cache. */
export function engineName({ cache }: Pick<IngotPaths, 'cache'>): string {
  return shortName(cache);
}

/** The very packages of the builder, so that it makes the same bytes, over those that a root filesystem needs. */
async function containerRoot({ tools, architecture, resolve, fetchToolbox }: Host): Promise<ContainerRoot> {
  const builder = tools.lock.architectures[architecture];
  const base = await fetchToolbox(ROOT_SUITE);
  const files = await fetchToolPackages(tools.lock, architecture, resolve);
  return {
    digest: path.basename(toolsFolder([...builder, ...base.packages], '/')),
    // what comes later replaces: the base has the newer libraries of the two
    write: (file) => writeRootTar([...files.values(), ...base.files.values()], file),
  };
}
