import { readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import pLimit from 'p-limit';
import packageFile from '../../package.json' with { type: 'json' };
import { writeWhole } from '../files/index.ts';
import { markUsed } from '../host/cache-use.ts';
import { createFileStore } from '../host/file-store.ts';
import { homeFolder, ingotPaths, stateFolder } from '../host/paths.ts';
import { takeRunLock } from '../host/run-lock.ts';
import { readCacheLimit } from '../host/trim-cache.ts';
import { isInEcr, type Platform } from '../model/index.ts';
import { createLayerReader, keyHint } from '../oci/index.ts';
import { createAttempts, type RunDeps } from '../pipeline/index.ts';
import { decisionsSource } from './decisions-source.ts';
import { prepareExample } from './example-files.ts';
import type { FactoryRequest } from './factory.ts';
import { assertFurtherSigners, openFurtherSigners } from './open-further-signers.ts';
import { cosignOf, openSigner } from './open-signer.ts';
import { type BuilderChoice, chooseBuilder, openBuilder } from './open-builder.ts';
import { openRepositoryCheck } from './open-repository-check.ts';
import { openScanners } from './open-scanners.ts';
import { platformsOf } from './platforms.ts';
import { EMPTY_TRUSTED_ROOT } from './own-folder.ts';
import type { Session } from './session.ts';
import { readStructureTests } from './structure-test-file.ts';

/** Requests to the registry at the same time. */
const REGISTRY_REQUESTS = 4;
/** Images under way at the same time; what is costly about them waits in the pools of its resource. */
const IMAGES = 16;
/** Containers of the test stage at the same time: they wait more than they work. */
const CONTAINERS = 4;

/** What one nightly was asked for, beside the catalog. */
export interface RunChoices {
  readonly session: Session;
  readonly builder: BuilderChoice;
  readonly runDir: string;
}

export interface ClaimedRun {
  /** What is built of each image. */
  readonly platforms: readonly Platform[];
  readonly builder: BuilderChoice;
}

/**
 * What can be refused is refused before anything is fetched: platforms, host, and a cache that another run uses.
 */
export async function claimRun(
  request: FactoryRequest,
  asked: readonly Platform[] | undefined,
  closing: AsyncDisposableStack,
): Promise<ClaimedRun> {
  const platforms = platformsOf(request, asked);
  readCacheLimit(request.environment);
  const builder = await chooseBuilder(request);
  await assertFurtherSigners(request);
  const lock = await takeRunLock(ingotPaths(request.environment, homeFolder(request.environment)).cache);
  closing.defer(() => lock.release());
  return { platforms, builder };
}

/** Everything a run works with; what it starts is stopped, and its work folder removed, by `closing`. */
export async function openRun(
  request: FactoryRequest,
  { session, builder: choice, runDir }: RunChoices,
  closing: AsyncDisposableStack,
): Promise<RunDeps> {
  const { host, plan } = session;
  const { paths } = host;
  const { signal, emit } = request;
  const workDir = path.join(paths.cache, 'work');
  // what a killed run left
  await rm(workDir, { recursive: true, force: true });
  closing.defer(() => rm(workDir, { recursive: true, force: true }));
  const sign = await signDeps(session, request);
  const assertRepositories = openRepositoryCheck(request);
  const builder = await openBuilder(choice, host, request);
  closing.defer(() => builder.stop());
  return {
    ...plan,
    target: request.target.name,
    ...((request.target.kind === 'local' || request.target.inputs !== false) && { inputsSeen: new Map() }),
    ...(assertRepositories && { assertRepositories }),
    builder,
    fetchToolbox: host.fetchToolbox,
    toolboxFolder: (name) => toolboxFolder(path.join(paths.cache, 'toolbox', name)),
    hostPlatform: host.platform,
    sign,
    furtherSigners: openFurtherSigners(request, sign),
    publicKey: session.keys.publicKey,
    decisionsSource: await decisionsSource(request.catalog.folder, host.runner),
    attestor: { ingot: packageFile.version, builderId: `urn:ingot:builder:v1:${choice.kind}` },
    ...(await openScanners({ ...request, workDir }, plan, closing)),
    structureTests: (entry) => readStructureTests(entry, request.environment),
    test: testDeps(session, workDir, signal),
    workDir,
    writeRecord: (image, name, content) => writeWhole(path.join(runDir, image, name), content),
    attempts: openAttempts(request),
    pools: {
      images: pLimit(IMAGES),
      builds: pLimit(availableParallelism()),
      tests: pLimit(availableParallelism()),
    },
    emit,
    signal,
  };
}

async function toolboxFolder(folder: string): Promise<string> {
  await markUsed(folder);
  return folder;
}

/** Where this machine cannot remember, an image that fails is tried in every run. */
function openAttempts({ environment, target, emit }: FactoryRequest): RunDeps['attempts'] {
  const folder = path.join(stateFolder(environment, homeFolder(environment)), 'failed-attempts', target.name);
  return createAttempts(createFileStore(folder), emit);
}

export async function signDeps(session: Session, request: FactoryRequest): Promise<RunDeps['sign']> {
  const { host, keys, writes, children } = session;
  return {
    registry: writes,
    signer: openSigner(session, request),
    verify: keys.verifyOwn,
    accepts: keys.verify,
    marksSuperseded: isInEcr(request.target),
    processes: children,
    cosign: cosignOf(host),
    publicKeyFile: keys.publicKeyFile,
    signal: request.signal,
    pool: pLimit(REGISTRY_REQUESTS),
    ...(await bundleSettings(keys, request)),
  };
}

/** Nothing where the target wants attestations in the classic form alone. */
async function bundleSettings(
  { publicKeyFile }: Session['keys'],
  { target, startedAt }: FactoryRequest,
): Promise<Pick<RunDeps['sign'], 'bundles'>> {
  const form = target.kind === 'registry' ? target.attestations : undefined;
  if (form === undefined || form === 'classic') {
    return {};
  }
  const bundles = {
    form,
    keyHint: keyHint(await readFile(publicKeyFile)),
    created: startedAt.toISOString(),
    trustedRootFile: EMPTY_TRUSTED_ROOT,
  };
  return { bundles };
}

function testDeps({ plan }: Session, workDir: string, signal: AbortSignal): RunDeps['test'] {
  return {
    exampleDir: (entry, platform) => prepareExample(entry, platform, { ...plan, workDir, signal }),
    containers: pLimit(CONTAINERS),
    readLayer: createLayerReader(),
    signal,
  };
}
