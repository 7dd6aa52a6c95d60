import { removeContainerBuilder } from '../host/builder/index.ts';
import { folderBytes } from '../host/folder-size.ts';
import { keepLocalRegistry, stopKeptRegistry } from '../host/local-registry.ts';
import { homeFolder, type IngotPaths, ingotPaths } from '../host/paths.ts';
import { createRegistrySend } from '../host/registry-send.ts';
import { removeCache } from '../host/remove-cached.ts';
import { takeRunLock } from '../host/run-lock.ts';
import { loadIntoUserEngine } from '../host/user-engine.ts';
import { type Catalog, type CatalogEntry, FactoryError } from '../model/index.ts';
import { imageArchive } from '../pipeline/index.ts';
import { connectRegistry, registryOptions } from './connect-registry.ts';
import type { LocalRequest, LocalServices } from './factory.ts';
import { registryFolder } from './local-registry-place.ts';
import { chooseBuilder, engineName } from './open-builder.ts';
import { chooseTarget, LOCAL_TARGET } from './open-catalog.ts';
import { addEmulation, presentEmulation, removeEmulation } from './open-emulation.ts';
import { openHost } from './open-host.ts';
import { openTrustedKeys } from './open-trusted-keys.ts';
import { trustOf } from './trust-choice.ts';

/** A local command needs no catalog; mirrors come from the host's own configuration. */
const NO_ARCHIVES = {};

/** The real local services. Each call opens what it needs and closes it again. */
export function openLocal(request: LocalRequest): LocalServices {
  const paths = ingotPaths(request.environment, homeFolder(request.environment));
  return {
    start: () => startRegistry(request),
    stop: () => stopKeptRegistry(registryFolder(paths)),
    findEmulation: () => presentEmulation(request),
    addEmulation: () => addEmulation(request),
    removeEmulation: () => removeEmulation(request),
    load: (entry, catalog) => load(entry, catalog, request),
    clean: () => clean(paths, request),
  };
}

async function startRegistry(request: LocalRequest): Promise<string> {
  await using closing = new AsyncDisposableStack();
  const host = await openHost(request, NO_ARCHIVES, closing);
  const { send, close } = createRegistrySend(request.environment);
  closing.defer(close);
  const { address } = await keepLocalRegistry(registryOptions(host), {
    processes: host.runner,
    send,
    signal: request.signal,
  });
  return address;
}

async function load(entry: CatalogEntry, catalog: Catalog, request: LocalRequest): Promise<string> {
  await using closing = new AsyncDisposableStack();
  const host = await openHost(request, NO_ARCHIVES, closing);
  const target = chooseTarget(catalog, LOCAL_TARGET.name);
  const { verify } = await openTrustedKeys({
    ...request,
    target,
    trust: trustOf({}),
    openCatalog: () => Promise.resolve(catalog),
  });
  const connected = await connectRegistry({ ...request, target }, host, closing);
  const { name, tar } = await imageArchive(entry, host.platform, { ...connected, verify });
  const { environment } = request;
  await loadIntoUserEngine(tar, { environment, home: homeFolder(environment) });
  return name;
}

/** Holds the lock of runs meanwhile: a cache in use stays. */
async function clean({ cache }: IngotPaths, request: LocalRequest): Promise<number> {
  const lock = await takeRunLock(cache);
  try {
    const bytes = await folderBytes(cache);
    await cleanEngine(engineName({ cache }), request);
    await removeCache(cache);
    return bytes;
  } finally {
    await lock.release();
  }
}

/** A Docker engine that does not answer keeps the files of this host from nobody. */
async function cleanEngine(name: string, request: LocalRequest): Promise<void> {
  try {
    const builder = await chooseBuilder(request);
    if (builder.kind === 'engine' && (await removeContainerBuilder(builder.docker, name))) {
      tell('info', `removed volume "${name}" of your Docker engine, whose size is not counted`, request);
    }
  } catch (error) {
    if (error instanceof FactoryError && error.code === 'USAGE') {
      throw error;
    }
    const reason = error instanceof Error ? error.message : String(error);
    const left = `container, volume and image "${name}" stay in your Docker engine, if a builder ran in it: ${reason}`;
    tell('warn', left, request);
  }
}

function tell(level: 'info' | 'warn', message: string, { emit }: LocalRequest): void {
  emit({ kind: 'notice', level, message });
}
