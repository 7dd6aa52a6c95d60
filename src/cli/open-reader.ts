import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createCredentialSource } from '../host/registry-credentials.ts';
import { createRegistrySend } from '../host/registry-send.ts';
import { homeFolder } from '../host/paths.ts';
import { createProcessRunner } from '../host/process.ts';
import { FactoryError, type Catalog, type Target } from '../model/index.ts';
import {
  createRegistryClient,
  findImage,
  isLoopback,
  parseReference,
  parseRepository,
  type NamedImage,
  type Reference,
  type RegistryClient,
} from '../oci/index.ts';
import { readRelease } from '../stages/promote/index.ts';
import { connectRegistry, LOCAL_PORT } from './connect-registry.ts';
import type { LocalRequest } from './factory.ts';
import { openHost } from './open-host.ts';
import { openKeys } from './open-keys.ts';
import { childEnvironment } from './open-network.ts';

export interface ReaderRequest extends LocalRequest {
  /** `registry.example.com/golden/python:3.13`, with a tag or digest; or an image id of the catalog. */
  readonly names: readonly string[];
  /** Where ids are looked up. */
  readonly target: Target;
  /** Asked only for ids. */
  readonly openCatalog: () => Promise<Catalog>;
}

/** Any images of any registries, for commands that only look. What it started ends with it. */
export interface Reader extends AsyncDisposable {
  readonly registry: RegistryClient;
  /** One for each name, in their order. */
  readonly images: readonly NamedImage[];
  /** Removed at the end. */
  readonly workDir: string;
}

/**
 * Needs neither catalog nor key for what is named with its registry. The local registry is started where a name is in
 * it and it does not run.
 */
export async function openReader(request: ReaderRequest): Promise<Reader> {
  const closing = new AsyncDisposableStack();
  try {
    const workDir = await mkdtemp(path.join(tmpdir(), 'ingot-read-'));
    closing.defer(() => rm(workDir, { recursive: true, force: true }));
    const registry = request.names.some((name) => isLocal(name, request.target))
      ? await openLocalRegistry(request, closing)
      : await openRegistry(request, closing);
    const images: NamedImage[] = [];
    for (const name of request.names) {
      images.push(await findImage(await referenceOf(name, request, registry), registry.client));
    }
    return {
      registry: registry.client,
      images,
      workDir,
      [Symbol.asyncDispose]: () => closing.disposeAsync(),
    };
  } catch (error) {
    await closing.disposeAsync();
    throw error;
  }
}

interface OpenedRegistry {
  readonly client: RegistryClient;
  /** Of the target. */
  readonly goldenPrefix: string;
}

/** Image ids have no slash, references always have one. */
function isId(name: string): boolean {
  return !name.includes('/');
}

function isLocal(name: string, target: Target): boolean {
  if (isId(name)) {
    return target.kind === 'local';
  }
  const { registry } = parseRepository(parseReference(name).repository);
  return isLoopback(registry) && registry.endsWith(`:${LOCAL_PORT}`);
}

async function openLocalRegistry(
  request: ReaderRequest,
  closing: AsyncDisposableStack,
): Promise<OpenedRegistry> {
  const host = await openHost(request, {}, closing);
  const target = { name: 'local', kind: 'local' } as const;
  const { registry, goldenPrefix } = await connectRegistry({ ...request, target }, host, closing);
  return { client: registry, goldenPrefix };
}

async function openRegistry(request: ReaderRequest, closing: AsyncDisposableStack): Promise<OpenedRegistry> {
  const { environment, signal, target } = request;
  const { send, close } = createRegistrySend(environment);
  closing.defer(close);
  const processes = createProcessRunner(await childEnvironment(request));
  const credentials = createCredentialSource({
    environment,
    home: homeFolder(environment),
    processes,
    signal,
  });
  const client = createRegistryClient({ send, credentials, signal });
  const prefix = target.kind === 'registry' ? [target.registry, target.prefix] : [];
  return { client, goldenPrefix: prefix.filter((part) => part !== '').join('/') };
}

/** An id stands for its newest release, by its signed record. */
async function referenceOf(
  name: string,
  request: ReaderRequest,
  { client, goldenPrefix }: OpenedRegistry,
): Promise<Reference> {
  if (!isId(name)) {
    return parseReference(name);
  }
  const catalog = await request.openCatalog();
  const entry = [...catalog.entries, ...catalog.broken].find(({ id }) => id === name);
  if (entry?.track === undefined) {
    throw new FactoryError(
      'USAGE',
      `cannot find image "${name}": expected registry/repository:tag, or an id of the catalog`,
      { hint: '`ingot status` lists the ids' },
    );
  }
  const { verify } = await openKeys(
    request,
    { use: 'verify', ifMissing: 'refuse' },
    { target: request.target, catalog },
  );
  const repository = `${goldenPrefix}/${entry.repository}`;
  const record = await readRelease({ repository, track: entry.track }, { registry: client, verify });
  if (record === undefined) {
    throw new FactoryError('USAGE', `cannot read "${name}": it has no release yet`, {
      hint: 'run `ingot nightly` first, or name another --target',
    });
  }
  return { kind: 'digest', repository, digest: record.digest };
}
