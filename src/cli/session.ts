import { digestFiles } from '../host/catalog-files.ts';
import type { ProcessRunner } from '../host/process.ts';
import type { SigningKeyOptions } from '../host/signing-keys.ts';
import { onceEach, type Compression, type Platform, type Target, type ToolLock } from '../model/index.ts';
import { architectureOf, type RegistryClient } from '../oci/index.ts';
import type { PlanDeps } from '../pipeline/index.ts';
import { openArchive, type OpenArchive, type ResolveDeps } from '../stages/resolve/index.ts';
import { connectRegistry } from './connect-registry.ts';
import { testFiles } from './example-files.ts';
import type { FactoryRequest } from './factory.ts';
import { readCatalogTemplates } from './catalog-templates.ts';
import { readReviewedLock } from './lock-files.ts';
import { openHost, type Host } from './open-host.ts';
import { openKeys, type OpenedKeys } from './open-keys.ts';
import { openSeen } from './open-seen.ts';
import { runRegistry } from './run-registry.ts';

/** The host, a catalog and its registry: what planning and reading releases need. */
export interface Session {
  readonly host: Host;
  readonly keys: OpenedKeys;
  readonly plan: PlanDeps;
  /** The registry as it is, for what changes it. */
  readonly writes: RegistryClient;
  /** Runs programs that log in to the target's registry by themselves. */
  readonly children: ProcessRunner;
}

export interface SessionChoices {
  /** What is built of each image. */
  readonly platforms: readonly Platform[];
  readonly keyUse: SigningKeyOptions['use'];
}

export async function openSession(
  request: FactoryRequest,
  { platforms, keyUse }: SessionChoices,
  closing: AsyncDisposableStack,
): Promise<Session> {
  const { catalog } = request;
  // first: without a key nothing has to be fetched
  const keys = await openKeys(request, { use: keyUse, ifMissing: ifKeysMissing(request) }, request);
  const host = await openHost(request, catalog.archives, closing);
  const { children, registry, ...place } = await connectRegistry(request, host, closing);
  const { reads, writes } = await runRegistry(registry, { request, cache: host.resolve.cache }, closing);
  // images share stacks
  const digest = onceEach(digestFiles);
  const plan: PlanDeps = {
    catalog,
    runStartedAt: request.startedAt,
    resolve: host.resolve,
    archive: openArchiveOf(request, host.resolve),
    templates: await readCatalogTemplates(catalog.folder),
    platforms,
    compression: compressionOf(request.target),
    tests: (entry) => testFiles(entry, digest),
    locks: { toolboxes: toolboxLocks(host), builder: host.tools.lock },
    verify: keys.verify,
    ...attestationsOf(request.target),
    // who writes has to be able to start anew in a registry that was lost; and this machine's own is no stranger
    ...(keyUse === 'verify' && request.target.kind !== 'local' && { seen: openSeen(request) }),
    ...(request.locked && { reviewedLock: (entry) => readReviewedLock(catalog.folder, entry) }),
    registry: reads,
    ...place,
  };
  return { host, keys, plan, writes, children };
}

/** A registry that is this machine's own has them in the classic form. */
function attestationsOf(target: Target): Pick<PlanDeps, 'attestations'> {
  const form = target.kind === 'registry' ? target.attestations : undefined;
  return form === undefined ? {} : { attestations: form };
}

function compressionOf(target: Target): Compression {
  return (target.kind === 'registry' ? target.compression : undefined) ?? 'gzip';
}

function toolboxLocks({ toolSources }: Host): ReadonlyMap<string, ToolLock> {
  return new Map([...toolSources.toolboxes].map(([suite, { lock }]) => [suite, lock]));
}

/** Locks cover every platform, so the indexes of all of them are opened. */
function openArchiveOf({ catalog }: FactoryRequest, resolve: ResolveDeps): OpenArchive {
  const platforms = catalog.entries.flatMap((entry) => entry.platforms);
  return openArchive({ architectures: [...new Set(platforms.map(architectureOf))] }, resolve);
}

/** A new pair is for somebody to keep: for other registries than this machine's it is made where somebody is told. */
function ifKeysMissing({ target, environment, stdin }: FactoryRequest): SigningKeyOptions['ifMissing'] {
  const isAttended = stdin.isTTY && (environment['CI'] ?? '') === '';
  return target.kind === 'local' || isAttended ? 'make' : 'refuse';
}
