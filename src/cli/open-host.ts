import path from 'node:path';
import pLimit from 'p-limit';
import { readTexts } from '../host/catalog-files.ts';
import { createContentCache } from '../host/content-cache.ts';
import { createFileStore } from '../host/file-store.ts';
import { findMirrors, snapshotUrl } from '../host/mirrors.ts';
import { platformOfHost } from '../host/host-platform.ts';
import { homeFolder, ingotPaths, type IngotPaths } from '../host/paths.ts';
import { createProcessRunner, type ProcessRunner } from '../host/process.ts';
import type { DebianArchitecture, LastingArchives, Platform } from '../model/index.ts';
import { architectureOf } from '../oci/index.ts';
import { fetchTools, toolboxOf, type FetchedTools } from '../pipeline/index.ts';
import {
  createResolveDeps,
  openArchive,
  type OpenArchive,
  type ResolveDeps,
} from '../stages/resolve/index.ts';
import { childEnvironment, openHttp } from './open-network.ts';
import { openRepositories } from './open-repositories.ts';
import { openSources, type SourceRequest } from './open-sources.ts';
import { OWN_FOLDER } from './own-folder.ts';
import { prepareTools, type UnpackedTools } from './prepare-tools.ts';
import { readToolSources, type ToolSources } from './tool-sources.ts';

/** Requests to mirrors and npm at the same time: enough to fill a line, few enough for a mirror's goodwill. */
const NETWORK_REQUESTS = 8;

/** This machine's outside world, and the tools on it. */
export interface Host {
  readonly paths: IngotPaths;
  readonly runner: ProcessRunner;
  readonly platform: Platform;
  readonly architecture: DebianArchitecture;
  readonly resolve: ResolveDeps;
  readonly toolSources: ToolSources;
  /** The builder's: engine, registry, cosign. */
  readonly tools: UnpackedTools;
  /** By Debian release. */
  readonly fetchToolbox: (suite: string) => Promise<FetchedTools>;
}

/** Makes the host values of one command; what has to be closed again is put on `closing`. */
export async function openHost(
  request: SourceRequest,
  archives: LastingArchives,
  closing: AsyncDisposableStack,
): Promise<Host> {
  const paths = ingotPaths(request.environment, homeFolder(request.environment));
  const platform = platformOfHost();
  const architecture = architectureOf(platform);
  const resolve = await openResolve(request, archives, closing);
  const toolSources = await readToolSources(OWN_FOLDER, { ...request, kept: resolve.state });
  const toolsDeps = { ...request, resolve, archive: openToolArchive(resolve), architecture };
  const tools = await prepareTools(toolSources.builder, path.join(paths.cache, 'builder'), toolsDeps);
  return {
    paths,
    runner: createProcessRunner(await childEnvironment(request)),
    platform,
    architecture,
    resolve,
    toolSources,
    tools,
    fetchToolbox: (suite) => fetchTools(toolboxOf(suite, toolSources.toolboxes), toolsDeps),
  };
}

/** What resolving works with: mirrors, sources and the content cache of this machine. */
export async function openResolve(
  request: SourceRequest,
  archives: LastingArchives,
  closing: AsyncDisposableStack,
): Promise<ResolveDeps> {
  const { environment, startedAt, emit, signal } = request;
  const paths = ingotPaths(environment, homeFolder(environment));
  const http = await openHttp(request, closing);
  const cache = createContentCache(paths.cache);
  const state = createFileStore(path.join(paths.cache, 'archive'));
  const sources = await openSources(request, { http, cache, state, resolve: () => deps });
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
