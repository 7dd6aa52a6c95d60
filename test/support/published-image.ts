import type {
  Catalog,
  Finding,
  ImageOutcome,
  ImageStatus,
  Policy,
  ReleaseRecord,
} from '../../src/model/index.ts';
import type { Decision } from '../../src/model/index.ts';
import { createDecisionLog } from '../../src/pipeline/decision-log.ts';
import type { RunningDeps } from '../../src/pipeline/deps.ts';
import type { PlannedImage } from '../../src/pipeline/plan-image.ts';
import { recheckImage } from '../../src/pipeline/recheck-image.ts';
import { createStageClock } from '../../src/pipeline/stage-clock.ts';
import { imageStatuses } from '../../src/pipeline/status.ts';
import { promote } from '../../src/stages/promote/index.ts';
import { fakeCosign } from './fake-cosign.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { RELEASE, releaseWorkshop, type ReleaseWorkshop } from './release-workshop.ts';
import { entryOf } from './runs.ts';
import { testPool } from './signing.ts';

export const ENTRY = entryOf('python', '3.13');

export interface Night {
  readonly date: string;
  readonly findings: readonly Finding[];
  readonly policy?: Partial<Policy>;
  readonly decisions?: readonly Decision[];
}

/** A release in a registry, looked at night after night. */
export interface PublishedImage {
  readonly workshop: ReleaseWorkshop;
  readonly record: ReleaseRecord;
  recheck(night: Night): Promise<ImageOutcome | undefined>;
  status(): Promise<readonly ImageStatus[]>;
  depsAt(night: Night): RunningDeps;
}

export async function publishedImage(): Promise<PublishedImage> {
  const workshop = await releaseWorkshop();
  const { record } = await promote(await workshop.signedImage('hello'), RELEASE, workshop.deps);
  const lock = { suites: [], platforms: [] };
  const planned = {
    rendered: { locked: { entry: ENTRY, lock }, buildId: record.buildId },
    released: record,
    isPublished: true,
  } as unknown as PlannedImage;
  return {
    workshop,
    record,
    depsAt: (night) => depsAt(workshop, night),
    recheck: (night) => {
      const deps = depsAt(workshop, night);
      return recheckImage(planned, deps, {
        clock: createStageClock(ENTRY.id, deps),
        decisions: createDecisionLog(),
      });
    },
    status: () => imageStatuses([ENTRY], depsAt(workshop, { date: '2026-11-30', findings: [] })),
  };
}

/** What a night of this date works with, whose one scanner finds this. */
export function depsAt(
  workshop: ReleaseWorkshop,
  { date, findings, policy, decisions = [] }: Night,
): RunningDeps {
  const { signal } = new AbortController();
  const runStartedAt = new Date(`${date}T02:00:00Z`);
  const team = { name: 'a', namespace: 'team-a', owner: 'a@example.com', images: [{ name: 'python' }] };
  const deps: Partial<RunningDeps> = {
    ...workshop.deps,
    sign: {
      ...workshop.deps,
      pool: testPool(),
      processes: fakeCosign(workshop.registry),
      cosign: 'cosign',
      publicKeyFile: 'cosign.pub',
      signal,
    },
    catalog: {
      policy: { ...DEFAULT_POLICY, ...policy },
      entries: [ENTRY],
      decisions,
      teams: [{ ...team, aws: { principals: [], accounts: [] } }],
    } as Partial<Catalog> as Catalog,
    goldenPrefix: `${workshop.served.address}/golden`,
    registryAddress: workshop.served.address,
    runStartedAt,
    scanners: [
      {
        name: 'debian-archive',
        scan: () =>
          Promise.resolve({
            tool: 'debian-archive',
            toolVersion: '1',
            status: findings.length === 0 ? ('clean' as const) : ('findings' as const),
            feed: 'trixie-security',
            feedDate: runStartedAt.toISOString(),
            findings,
          }),
      },
    ],
    writeRecord: () => Promise.resolve(),
    emit: () => undefined,
    signal,
  };
  return { ...deps, furtherSigners: [], run: { id: 'run', now: () => runStartedAt } } as RunningDeps;
}
