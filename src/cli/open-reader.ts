import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { homeFolder, ingotPaths } from '../host/paths.ts';
import { readKept } from '../host/registry-state.ts';
import { FactoryError, once, type Catalog, type ReleaseRecord, type Target } from '../model/index.ts';
import {
  findImage,
  findLayoutImage,
  isLoopback,
  parseReference,
  parseRepository,
  type NamedImage,
  type Reference,
  type KeysInForce,
  type RegistryClient,
} from '../oci/index.ts';
import { readRelease } from '../stages/promote/index.ts';
import type { ResolveDeps } from '../stages/resolve/index.ts';
import type { LocalRequest } from './factory.ts';
import { isId, LAYOUT_PREFIX } from './image-name.ts';
import { LOCAL_PORT, LOCAL_PREFIX, registryFolder } from './local-registry-place.ts';
import { openSeen } from './open-seen.ts';
import { openProcesses } from './open-network.ts';
import { openRegistries } from './open-registries.ts';
import { openTrustedKeys } from './open-trusted-keys.ts';
import type { TrustChoice } from './trust-choice.ts';

/**
 * `registry.example.com/golden/python:3.13`, with a tag or digest; `oci:FOLDER` or `oci:FOLDER:NAME` for an OCI layout;
 * or an image id of the catalog, which stands for its newest release.
 */
export type ReadName = string | { readonly previousOf: string };

export interface ReaderRequest extends LocalRequest {
  readonly names: readonly ReadName[];
  /** By whose word an id leads to an image, and what is attested of it counts. */
  readonly trust: TrustChoice;
  /** Where ids are looked up. */
  readonly target: Target;
  /** Asked only for ids, and for the target's files with keys. */
  readonly openCatalog: () => Promise<Catalog>;
}

/** Any images of any registries, for commands that only look. What it started ends with it. */
export interface Reader extends AsyncDisposable {
  readonly registry: RegistryClient;
  /** One for each name, in their order. */
  readonly images: readonly NamedImage[];
  /** Whose signatures count; nothing is opened before it is called. */
  readonly keys: () => Promise<KeysInForce>;
  /** Removed at the end. */
  readonly workDir: string;
  /** The archive and what was fetched from it; nothing is asked before it is called. */
  readonly resolve: () => Promise<ResolveDeps>;
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
    const opened = await openNamedRegistry(request, closing);
    const keys = once(() => openTrustedKeys(request));
    const images: NamedImage[] = [];
    for (const name of request.names) {
      images.push(await imageOf(name, request, { ...opened, keys }));
    }
    return {
      registry: opened.client,
      images,
      keys,
      workDir,
      resolve: opened.resolve,
      [Symbol.asyncDispose]: () => closing.disposeAsync(),
    };
  } catch (error) {
    await closing.disposeAsync();
    throw error;
  }
}

/** The registry that names are in, and what ids are below. */
export async function openNamedRegistry(
  request: ReaderRequest,
  closing: AsyncDisposableStack,
): Promise<OpenedRegistry> {
  if (!request.names.some((name) => isLocal(name, request))) {
    return openRegistry(request, closing);
  }
  const { environment } = request;
  const kept = await readKept(registryFolder(ingotPaths(environment, homeFolder(environment))));
  if (kept === undefined) {
    return openLocalRegistry(request, closing);
  }
  // it runs: what would start it takes most of a second to load
  const opened = openRegistry(request, closing);
  return request.target.kind === 'local'
    ? { ...opened, goldenPrefix: `${kept.address}/${LOCAL_PREFIX}` }
    : opened;
}

export interface OpenedRegistry {
  readonly client: RegistryClient;
  /** Of the target. */
  readonly goldenPrefix: string;
  readonly resolve: () => Promise<ResolveDeps>;
}

/** What a name is looked up with. */
type LookedUp = OpenedRegistry & Pick<Reader, 'keys'>;

/** The folder and the name in it; undefined for what is no layout. A plain path is one where it can be no reference. */
function layoutOf(
  name: string,
  cwd: string,
): { readonly folder: string; readonly refName?: string } | undefined {
  if (name.startsWith(LAYOUT_PREFIX)) {
    const [folder = '', refName] = name.slice(LAYOUT_PREFIX.length).split(':', 2);
    return { folder: path.resolve(cwd, folder), ...(refName === undefined ? {} : { refName }) };
  }
  const isPath = name.startsWith('/') || name.startsWith('.');
  return isPath ? { folder: path.resolve(cwd, name) } : undefined;
}

function isLocal(asked: ReadName, { target, cwd }: Pick<ReaderRequest, 'target' | 'cwd'>): boolean {
  const name = typeof asked === 'string' ? asked : asked.previousOf;
  if (layoutOf(name, cwd) !== undefined) {
    return false;
  }
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
  const { openHost } = await import('./open-host.ts');
  const { connectRegistry } = await import('./connect-registry.ts');
  const host = await openHost(request, {}, closing);
  const target = { name: 'local', kind: 'local' } as const;
  const { registry, goldenPrefix } = await connectRegistry({ ...request, target }, host, closing);
  const prefix = request.target.kind === 'local' ? goldenPrefix : prefixOf(request.target);
  return { client: registry, goldenPrefix: prefix, resolve: () => Promise.resolve(host.resolve) };
}

function openRegistry(request: ReaderRequest, closing: AsyncDisposableStack): OpenedRegistry {
  const { client } = openRegistries(request, openProcesses(request), closing);
  return {
    client,
    goldenPrefix: prefixOf(request.target),
    resolve: once(async () => {
      const { openResolve } = await import('./open-resolve.ts');
      return openResolve(request, {}, closing);
    }),
  };
}

function prefixOf(target: Target): string {
  const parts = target.kind === 'registry' ? [target.registry, target.prefix] : [];
  return parts.filter((part) => part !== '').join('/');
}

async function imageOf(name: ReadName, request: ReaderRequest, opened: LookedUp): Promise<NamedImage> {
  const layout = typeof name === 'string' ? layoutOf(name, request.cwd) : undefined;
  if (layout === undefined) {
    return findImage(await referenceOf(name, request, opened), opened.client);
  }
  if (!existsSync(path.join(layout.folder, 'index.json'))) {
    throw new FactoryError(
      'USAGE',
      `cannot read "${layout.folder}": expected an OCI layout with index.json`,
      {
        hint: '`skopeo copy docker-archive:FILE oci:FOLDER` makes one of what `docker save` writes',
      },
    );
  }
  return findLayoutImage(layout.folder, layout.refName);
}

/** An id stands for its newest release, by its signed record, or for the one before that. */
async function referenceOf(name: ReadName, request: ReaderRequest, opened: LookedUp): Promise<Reference> {
  if (typeof name === 'string') {
    return isId(name) ? releaseOf(name, request, opened) : parseReference(name);
  }
  const { previousOf: id } = name;
  if (!isId(id)) {
    throw new FactoryError('USAGE', `cannot compare "${id}": expected a second image`, {
      hint: 'an id of the catalog alone is compared with the release before it',
    });
  }
  const { repository, record } = await newestRelease(id, request, opened);
  if (record.previous === undefined) {
    throw new FactoryError('USAGE', `cannot compare "${id}": ${record.tags.unique} is its first release`);
  }
  return { kind: 'digest', repository, digest: record.previous };
}

async function releaseOf(id: string, request: ReaderRequest, opened: LookedUp): Promise<Reference> {
  const { repository, record } = await newestRelease(id, request, opened);
  return { kind: 'digest', repository, digest: record.digest };
}

async function newestRelease(
  id: string,
  request: ReaderRequest,
  { client, goldenPrefix, keys }: LookedUp,
): Promise<{ readonly repository: string; readonly record: ReleaseRecord }> {
  const catalog = await request.openCatalog();
  const entry = [...catalog.entries, ...catalog.broken].find((each) => each.id === id);
  if (entry?.track === undefined) {
    throw new FactoryError(
      'USAGE',
      `cannot find image "${id}": expected registry/repository:tag, oci:FOLDER, or an id of the catalog`,
      { hint: '`ingot status` lists the ids' },
    );
  }
  const { verify } = await keys();
  const repository = `${goldenPrefix}/${entry.repository}`;
  const deps = { registry: client, verify, seen: openSeen(request) };
  const record = await readRelease({ repository, track: entry.track }, deps);
  if (record === undefined) {
    throw new FactoryError('USAGE', `cannot read "${id}": it has no release yet`, {
      hint: 'run `ingot nightly` first, or name another --target',
    });
  }
  return { repository, record };
}
