import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openResolve } from '../../src/cli/open-resolve.ts';
import { packagesOn, type Lock } from '../../src/model/index.ts';
import { openArchive } from '../../src/stages/resolve/index.ts';
import { createDebianArchiveScanner, type ScanSubject } from '../../src/stages/scan/index.ts';
import type { Machine } from '../support/ingot.ts';
import type { Part } from './part.ts';
import { median } from './timing.ts';

/** What the archive scan of an unchanged image may take in a warm process, in milliseconds. */
const GOAL_MS = 100;

/** Scans what the last run locked, once to open the indexes and once to be timed. */
export async function scans(warm: Machine): Promise<Part> {
  await using closing = new AsyncDisposableStack();
  const report = await warm.report();
  const subjects: ScanSubject[] = [];
  for (const { id } of report.images) {
    subjects.push(await subjectOf(join(warm.folder, 'out/latest', id, 'lock.json')));
  }
  const scan = await openArchiveScan(warm, closing);
  for (const subject of subjects) {
    await scan(subject);
  }
  const times: number[] = [];
  for (const subject of subjects) {
    const startedMs = performance.now();
    await scan(subject);
    times.push(performance.now() - startedMs);
  }
  const [typical, worst] = [median(times).toFixed(1), Math.max(...times).toFixed(1)];
  return {
    lines: [
      `archive scan of an unchanged image: median ${typical} ms, at most ${worst} ms, goal ${GOAL_MS} ms`,
    ],
    misses: [],
  };
}

async function openArchiveScan(
  warm: Machine,
  closing: AsyncDisposableStack,
): Promise<(subject: ScanSubject) => Promise<unknown>> {
  const { signal } = new AbortController();
  const request = {
    environment: { ...process.env, ...warm.environment },
    cwd: warm.folder,
    startedAt: new Date(),
    emit: () => undefined,
    signal,
  };
  const resolve = await openResolve(request, {}, closing);
  const archive = openArchive({ architectures: ['amd64', 'arm64'] }, resolve);
  const scanner = createDebianArchiveScanner({
    archive,
    fetchPackage: async (wanted) => {
      const files = await resolve.packages.fetch([{ ...wanted, requestedBy: [] }]);
      return readFile(files.get(wanted.sha256) ?? '');
    },
  });
  return (subject) => scanner.scan(subject, signal);
}

async function subjectOf(file: string): Promise<ScanSubject> {
  const lock = JSON.parse(await readFile(file, 'utf8')) as Lock;
  const [codename = ''] = lock.suites.map(({ suite }) => suite).sort((a, b) => a.length - b.length);
  return {
    codename,
    repositories: [],
    platforms: lock.platforms.map((locked) => ({
      platform: locked.platform,
      packages: packagesOn(locked),
      artifacts: locked.layers.flatMap(({ artifacts }) => artifacts),
    })),
    sboms: () => Promise.resolve([]),
  };
}
