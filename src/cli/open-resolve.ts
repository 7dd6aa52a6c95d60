import path from 'node:path';
import pLimit from 'p-limit';
import { readTexts } from '../host/catalog-files.ts';
import { createContentCache } from '../host/content-cache.ts';
import { createFileStore } from '../host/file-store.ts';
import { findMirrors, snapshotUrl } from '../host/mirrors.ts';
import { homeFolder, ingotPaths } from '../host/paths.ts';
import type { LastingArchives } from '../model/index.ts';
import {
  createResolveDeps,
  openArchive,
  type OpenArchive,
  type ResolveDeps,
} from '../stages/resolve/index.ts';
import { openHttp } from './open-network.ts';
import { openRepositories } from './open-repositories.ts';
import { openSources, type SourceRequest } from './open-sources.ts';
import { OWN_FOLDER } from './own-folder.ts';

/** Requests to mirrors and npm at the same time: enough to fill a line, few enough for a mirror's goodwill. */
const NETWORK_REQUESTS = 8;

/** What resolving works with: mirrors, sources and the content cache of this machine. */
export async function openResolve(
  request: SourceRequest,
  archives: LastingArchives,
  closing: AsyncDisposableStack,
): Promise<ResolveDeps> {
  const { environment, startedAt, emit, signal } = request;
  const paths = ingotPaths(environment, homeFolder(environment));
  const http = await openHttp(request, closing);
  const cache = closing.use(createContentCache(paths.cache));
  const state = createFileStore(path.join(paths.cache, 'archive'));
  const sources = openSources(request, { http, cache, state, resolve: () => deps });
  const deps = createResolveDeps({
    http,
    cache,
    state,
    sources,
    network: pLimit(NETWORK_REQUESTS),
    mirrors: await findMirrors({ root: '/', archives, environment }),
    snapshot: snapshotUrl(archives),
    keys: await readTexts(path.join(OWN_FOLDER, 'data/debian-archive-keys'), '.asc'),
    repositories: openRepositories(request.catalog),
    runStartedAt: startedAt,
    emit,
    signal,
  });
  return deps;
}

/** Both architectures: a tool lock holds for every machine. */
export function openToolArchive(resolve: ResolveDeps): OpenArchive {
  return openArchive({ architectures: ['amd64', 'arm64'] }, resolve);
}
