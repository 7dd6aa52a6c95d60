import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createFileStore } from '../host/file-store.ts';
import { findProgram } from '../host/find-program.ts';
import { homeFolder, ingotPaths } from '../host/paths.ts';
import { createScanFiles } from '../host/scan-files.ts';
import type { Catalog, ScannerName, Target } from '../model/index.ts';
import type { RunDeps } from '../pipeline/index.ts';
import type { OpenArchive, ResolveDeps } from '../stages/resolve/index.ts';
import {
  createDebianArchiveScanner,
  createDebianTrackerScanner,
  createGrypeScanner,
  createKnownExploited,
  createOsvScanner,
  createSarifScanner,
  createTrivyScanner,
  type FeedDeps,
  type FetchPackage,
  type Programs,
  type Scanner,
} from '../stages/scan/index.ts';
import type { LocalRequest } from './factory.ts';
import { openEcrScanner } from './open-ecr-scanner.ts';
import { openProcesses, openHttp } from './open-network.ts';

/** A feed that is not there at once is done without: a run without network must not wait for each. */
const IMPATIENT = { connectTimeoutMs: 3_000, headersTimeoutMs: 20_000, attempts: 1 };

export interface ScannerRequest extends LocalRequest {
  readonly catalog: Catalog;
  /** Where the images are, or will be. */
  readonly target: Target;
  /** Files for programs; removed by whoever made it. */
  readonly workDir: string;
}

export interface ScannedWorld {
  readonly archive: OpenArchive;
  readonly resolve: ResolveDeps;
}

export type OpenScanners = Pick<RunDeps, 'scanners' | 'knownExploited'>;

/** Scanners as the catalog wants them; last those that need a push. Nothing is asked before the first image. */
export async function openScanners(
  request: ScannerRequest,
  world: ScannedWorld,
  closing: AsyncDisposableStack,
): Promise<OpenScanners> {
  const { scanners: settings } = request.catalog;
  const feeds = await openFeeds(request, closing);
  const programs = openPrograms(request);
  const makers: Readonly<Record<ScannerName, () => Scanner>> = {
    'debian-archive': () =>
      createDebianArchiveScanner({ archive: world.archive, fetchPackage: packageReader(world.resolve) }),
    'debian-tracker': () => createDebianTrackerScanner(settings.feeds.debianTracker, feeds),
    osv: () => createOsvScanner({ ...feeds, base: settings.feeds.osv, network: world.resolve.network }),
    grype: () => createGrypeScanner(programs),
    trivy: () => createTrivyScanner(programs),
    ecr: () => openEcrScanner(request, closing),
  };
  const { knownExploited } = settings.feeds;
  const scanners = [
    ...settings.on.map((name) => makers[name]()),
    ...settings.commands.map((command) => createSarifScanner(command, programs, request.startedAt)),
  ];
  return {
    scanners: [...scanners.filter((each) => !needsPush(each)), ...scanners.filter(needsPush)],
    ...(knownExploited !== undefined && { knownExploited: createKnownExploited(knownExploited, feeds) }),
  };
}

function needsPush({ looksIn }: Scanner): boolean {
  return looksIn === 'registry';
}

async function openFeeds(request: ScannerRequest, closing: AsyncDisposableStack): Promise<FeedDeps> {
  const { environment, startedAt, emit, signal } = request;
  const { cache } = ingotPaths(environment, homeFolder(environment));
  return {
    http: await openHttp(request, closing, IMPATIENT),
    state: createFileStore(path.join(cache, 'scan')),
    runStartedAt: startedAt,
    emit,
    signal,
  };
}

function openPrograms(request: ScannerRequest): Programs {
  const { environment, workDir, signal } = request;
  return {
    find: (name) => findProgram(name, { environment }),
    processes: openProcesses(request),
    files: createScanFiles(path.join(workDir, 'scan')),
    environment,
    signal,
  };
}

/** Bytes of a verified .deb. */
function packageReader({ packages }: Pick<ResolveDeps, 'packages'>): FetchPackage {
  return async (wanted) => {
    const files = await packages.fetch([{ ...wanted, requestedBy: [] }]);
    return readFile(files.get(wanted.sha256) ?? '');
  };
}
