import { z } from 'zod';
import { FactoryError, SEVERITIES, type ReleaseRecord, type Severity } from '../model/index.ts';
import { PREDICATE_TYPE, type RegistryClient, type RegistryPool } from '../oci/index.ts';
import { listReleases, type TrackName } from '../stages/promote/index.ts';
import {
  attestedScans,
  parseTestResult,
  readAttached,
  type AttestedScan,
  type Trust,
} from '../verify/index.ts';
import type { AuditedRelease, AuditedScan } from './audit-report.ts';
import type { AttestedDecisions } from './committed-decisions.ts';

export interface AuditDeps {
  readonly registry: RegistryClient;
  readonly pool: RegistryPool;
  readonly trust: Trust;
}

export interface AuditedTrack extends TrackName {
  /** `python-3.13`. */
  readonly image: string;
}

export interface Period {
  readonly since: Date;
  readonly until: Date;
}

/** A release as the registry has it. */
export interface ReadRelease extends Omit<AuditedRelease, 'decisionFiles'> {
  /** Null where no run with a commit is attested. */
  readonly attestedDecisions: AttestedDecisions | null;
}

/** Releases of a track, and what could not be verified of them. */
export interface TrackAudit {
  readonly releases: readonly ReadRelease[];
  readonly gaps: readonly string[];
}

/** Where the run attestation writes what an audit asks for; it may say more. */
const RunSchema = z.object({
  decisions: z.object({
    commit: z
      .string()
      .regex(/^[0-9a-f]{40,64}$/)
      .optional(),
    dirty: z.boolean().default(false),
    digest: z.string(),
    files: z.record(z.string(), z.string()),
    used: z.array(z.union([z.string(), z.object({ file: z.string() })])).default([]),
  }),
  verdict: z.object({
    kind: z.enum(['pass', 'block']),
    reasons: z.array(z.object({ rule: z.string() })).default([]),
  }),
});

/** Walks a track's records from the newest to before the period: each is verified, or a gap. */
export async function auditTrack(track: AuditedTrack, period: Period, deps: AuditDeps): Promise<TrackAudit> {
  const gaps: string[] = [];
  const releases: ReadRelease[] = [];
  const tags = await deps.registry.listTags(track.repository);
  const listed = listReleases(track, tags, { registry: deps.registry, verify: deps.trust.verify });
  let newer: number | undefined;
  for (const { sequence, read } of listed) {
    if (newer !== undefined && newer - sequence > 1) {
      gaps.push(`${track.image}: records ${sequence + 1} to ${newer - 1} are gone`);
    }
    newer = sequence;
    const record = await orGap(read, (reason) => gaps.push(`${track.image}: record ${sequence}: ${reason}`));
    if (record !== undefined && isIn(period, record)) {
      releases.push(await auditRelease({ track, record, gaps }, deps));
    }
    if (record !== undefined && new Date(record.promotedAt) < period.since) {
      break;
    }
  }
  return { releases, gaps };
}

function isIn({ since, until }: Period, { promotedAt }: ReleaseRecord): boolean {
  const at = new Date(promotedAt);
  return at >= since && at < until;
}

async function auditRelease(
  { track, record, gaps }: { track: AuditedTrack; record: ReleaseRecord; gaps: string[] },
  deps: AuditDeps,
): Promise<ReadRelease> {
  const what = `${track.image} ${record.tags.unique}`;
  function gap(reason: string): void {
    gaps.push(`${what}: ${reason}`);
  }
  const ref = { repository: track.repository, digest: record.digest };
  const attached = await orGap(() => readAttached(ref, deps), gap);
  if (attached !== undefined && attached.signatures.ours.length === 0) {
    gap('its signature is gone, or by somebody else');
  }
  const { identity } = deps.trust;
  const refusal = identity && (await orGap(() => identity.refusal(ref), gap));
  if (identity !== undefined && refusal !== undefined) {
    gap(`it is not signed by ${identity.name}: ${refusal}`);
  }
  function predicates(type: string): readonly unknown[] {
    return (attached?.attestations ?? []).flatMap((each) =>
      each.kind === 'ours' && each.type === type ? [each.predicate] : [],
    );
  }
  const scans = parsed(() => attestedScans(predicates(PREDICATE_TYPE.vulnerabilities)), gap) ?? [];
  if (scans.length === 0) {
    gap('no scan is attested');
  }
  const base = { image: track.image, repository: track.repository, record, scans: scans.map(toAuditedScan) };
  return {
    ...base,
    ...testsOf(predicates(PREDICATE_TYPE.testResult), gap),
    ...runOf(predicates(PREDICATE_TYPE.run), gap),
  };
}

type Gap = (reason: string) => void;

function testsOf([predicate]: readonly unknown[], gap: Gap): Pick<AuditedRelease, 'tests'> {
  if (predicate === undefined) {
    gap('no test result is attested');
    return { tests: null };
  }
  return { tests: parsed(() => parseTestResult(predicate).result, gap) ?? null };
}

function runOf(
  [predicate]: readonly unknown[],
  gap: Gap,
): Pick<ReadRelease, 'verdict' | 'decisionsCommit' | 'attestedDecisions' | 'decisions'> {
  const run = RunSchema.safeParse(predicate);
  if (!run.success) {
    gap(
      predicate === undefined
        ? 'no run is attested: verdict and decisions are not known'
        : 'its run cannot be read',
    );
    return { verdict: null, decisionsCommit: null, attestedDecisions: null, decisions: [] };
  }
  const { decisions, verdict } = run.data;
  const { commit, digest, files } = decisions;
  if (decisions.dirty || commit === undefined) {
    gap('its decisions were not as they were committed');
  }
  const rules = [...new Set(verdict.reasons.map(({ rule }) => rule))];
  return {
    verdict: [verdict.kind, ...rules].join(' '),
    decisionsCommit: commit ?? null,
    attestedDecisions: commit === undefined ? null : { commit, digest, files },
    decisions: decisions.used.map((used) => (typeof used === 'string' ? used : used.file)).sort(),
  };
}

function toAuditedScan({ tool, status, finishedAt, findings }: AttestedScan): AuditedScan {
  const counts = Object.fromEntries(
    SEVERITIES.map((level) => [level, findings.filter(({ severity }) => severity === level).length]),
  ) as Record<Severity, number>;
  return { tool, status, finishedAt: finishedAt.toISOString(), counts };
}

async function orGap<T>(reading: () => Promise<T>, gap: Gap): Promise<T | undefined> {
  try {
    return await reading();
  } catch (error) {
    tellGap(error, gap);
    return undefined;
  }
}

function parsed<T>(reading: () => T, gap: Gap): T | undefined {
  try {
    return reading();
  } catch (error) {
    tellGap(error, gap);
    return undefined;
  }
}

/** A registry that does not answer is no gap in what happened: the audit has failed. */
const NOT_ANSWERED: readonly string[] = [
  'CANCELLED',
  'NETWORK_FAILED',
  'REGISTRY_DENIED',
  'REGISTRY_UNAVAILABLE',
];

function tellGap(error: unknown, gap: Gap): void {
  if (!(error instanceof FactoryError) || NOT_ANSWERED.includes(error.code)) {
    throw error;
  }
  gap(`${error.code}: ${error.message}`);
}
