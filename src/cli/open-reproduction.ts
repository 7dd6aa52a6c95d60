import { rm } from 'node:fs/promises';
import path from 'node:path';
import { buildxArgs, type Builder } from '../host/builder/index.ts';
import { takeRunLock } from '../host/run-lock.ts';
import { FactoryError, type Reproduction, type ToolLock } from '../model/index.ts';
import { architectureOf, hexOf, type NamedImage } from '../oci/index.ts';
import {
  exportImage,
  fetchLocked,
  reproduce,
  toolDigest,
  type ReproduceDeps,
  type ToolSource,
} from '../pipeline/index.ts';
import type { ReproduceRequest, Reproducer } from './factory.ts';
import { chooseBuilder, openBuilder, type BuilderChoice } from './open-builder.ts';
import { openHost, type Host } from './open-host.ts';
import { openToolArchive } from './open-resolve.ts';
import { openReader } from './open-reader.ts';
import { prepareTools } from './prepare-tools.ts';

/** Opens what building again takes: the registry of the image, mirrors, and the builder that made it. */
export function openReproducer(request: ReproduceRequest): Reproducer {
  const closing = new AsyncDisposableStack();
  async function open(): Promise<{ readonly image: NamedImage; readonly deps: ReproduceDeps }> {
    const choice = await chooseBuilder(request);
    const reader = closing.use(await openReader({ ...request, names: [request.name] }));
    const [image] = reader.images;
    if (image === undefined) {
      throw new FactoryError('USAGE', 'cannot reproduce nothing: expected one image');
    }
    const { verify } = await reader.keys();
    const host = await openHost(request, {}, closing);
    const lock = await takeRunLock(host.paths.cache);
    closing.defer(() => lock.release());
    const workDir = path.join(host.paths.cache, 'reproduce');
    await rm(workDir, { recursive: true, force: true });
    closing.defer(() => rm(workDir, { recursive: true, force: true }));
    const deps: ReproduceDeps = {
      ...request,
      registry: reader.registry,
      verify,
      buildxArgs,
      resolve: host.resolve,
      hostPlatform: host.platform,
      workDir,
      fetchTools: (tools, copies) => fetchLocked(tools, { ...host, resolve: { ...host.resolve, copies } }),
      openBuilder: (tools) => openRecorded(tools, { choice, host, workDir, request, closing }),
    };
    return { image, deps };
  }
  return {
    reproduce: async (): Promise<Reproduction> => {
      const { image, deps } = await open();
      return reproduce(image, deps);
    },
    export: async (folder) => {
      const { image, deps } = await open();
      return exportImage(image, folder, deps);
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

interface RecordedBuilder {
  readonly choice: BuilderChoice;
  readonly host: Host;
  readonly workDir: string;
  readonly request: ReproduceRequest;
  readonly closing: AsyncDisposableStack;
}

/** BuildKit's version changes layer bytes: another one than today's is fetched, and has an engine of its own. */
async function openRecorded(lock: ToolLock, recorded: RecordedBuilder): Promise<Builder> {
  const { choice, request, closing } = recorded;
  const builder = await openBuilder(choice, await hostWith(lock, recorded), request);
  closing.defer(() => builder.stop());
  return builder;
}

async function hostWith(lock: ToolLock, { host, workDir, request }: RecordedBuilder): Promise<Host> {
  if (toolDigest(lock) === toolDigest(host.tools.lock)) {
    return host;
  }
  const source: ToolSource = { requests: [], committed: lock, lock, keep: () => Promise.resolve() };
  const architecture = architectureOf(host.platform);
  const { resolve } = host;
  const deps = { ...request, locked: true, resolve, archive: openToolArchive(resolve), architecture };
  const tools = await prepareTools(source, path.join(host.paths.cache, 'builder'), deps);
  const cache = path.join(workDir, hexOf(toolDigest(lock)).slice(0, 16));
  return { ...host, tools, paths: { ...host.paths, cache } };
}
