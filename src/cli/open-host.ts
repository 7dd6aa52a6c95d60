import path from 'node:path';
import { platformOfHost } from '../host/host-platform.ts';
import { homeFolder, ingotPaths, type IngotPaths } from '../host/paths.ts';
import type { ProcessRunner } from '../host/process.ts';
import type { DebianArchitecture, LastingArchives, Platform } from '../model/index.ts';
import { architectureOf } from '../oci/index.ts';
import { fetchTools, toolboxOf, type FetchedTools } from '../pipeline/index.ts';
import type { ResolveDeps } from '../stages/resolve/index.ts';
import { openProcesses } from './open-network.ts';
import { openResolve, openToolArchive } from './open-resolve.ts';
import type { SourceRequest } from './open-sources.ts';
import { OWN_FOLDER } from './own-folder.ts';
import { prepareTools, type UnpackedTools } from './prepare-tools.ts';
import { readToolSources, type ToolSources } from './tool-sources.ts';

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
    runner: openProcesses(request),
    platform,
    architecture,
    resolve,
    toolSources,
    tools,
    fetchToolbox: (suite) => fetchTools(toolboxOf(suite, toolSources.toolboxes), toolsDeps),
  };
}
