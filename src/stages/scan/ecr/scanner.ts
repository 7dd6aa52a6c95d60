import {
  ecrHost,
  FactoryError,
  type EcrSettings,
  type Finding,
  type LockedPackage,
  type Platform,
  type ScannerResult,
} from '../../../model/index.ts';
import { beyondDebian } from '../installed.ts';
import { joinPlatforms } from '../programs/sbom-files.ts';
import type { Scanner, ScanSubject } from '../scanner.ts';
import { severityOfWord } from '../severity.ts';
import { knowingStatus } from '../status.ts';
import { beginLook, endLook, type Begun, type LookDeps, type Looked } from './look.ts';

const NAME = 'ecr';
/** Of the rules by which findings are made. */
const VERSION = '1';

export interface EcrScannerDeps extends Omit<LookDeps, 'kind'> {
  /** Whose images it can look at. */
  readonly settings: Pick<EcrSettings, 'account' | 'region' | 'scanning'>;
}

/** What the registry itself finds in an image that was pushed: ECR's basic scanning, or Amazon Inspector. */
export function createEcrScanner(deps: EcrScannerDeps): Scanner {
  return { name: NAME, looksIn: 'registry', scan: (subject, signal) => scan(subject, deps, signal) };
}

interface LookedPlatform {
  readonly platform: Platform;
  readonly looked: Looked;
}

async function scan(subject: ScanSubject, deps: EcrScannerDeps, signal: AbortSignal): Promise<ScannerResult> {
  const repository = repositoryOf(subject, deps);
  const lookDeps = { ...deps, kind: deps.settings.scanning.kind };
  const begun: (Begun & { readonly platform: Platform })[] = [];
  // indexes are not scanned: what they list is, and all of it at the same time
  for (const { platform, digest } of (await subject.manifests?.()) ?? []) {
    begun.push({ platform, ...(await beginLook({ repository, digest }, lookDeps)) });
  }
  const platforms: LookedPlatform[] = [];
  for (const { platform, ...look } of begun) {
    const looked = await endLook(look, lookDeps, signal);
    platforms.push({ platform, looked: believed(looked, platform, { subject, kind: lookDeps.kind }) });
  }
  return toResult(platforms, subject, deps);
}

function repositoryOf({ ref }: ScanSubject, { settings }: EcrScannerDeps): string {
  const host = ecrHost(settings);
  if (ref?.repository.startsWith(`${host}/`) !== true) {
    const place =
      ref === undefined ? 'the image is in no registry yet' : `"${ref.repository}" is not in ${host}`;
    throw new FactoryError('TOOL_FAILED', `cannot scan with ${NAME}: ${place}`);
  }
  return ref.repository.slice(host.length + 1);
}

/**
 * Basic scanning finds nothing in an image whose packages it cannot read, and says no more of it (aws/containers-roadmap
 * #2228). It reads dpkg's database, which only an image with dpkg has.
 */
function believed(
  looked: Looked,
  platform: Platform,
  { subject, kind }: { readonly subject: ScanSubject; readonly kind: LookDeps['kind'] },
): Looked {
  const isReadable = kind === 'enhanced' || packagesOf(platform, subject).some(({ name }) => name === 'dpkg');
  return looked.kind === 'unread' || isReadable || looked.scan.findings.length > 0
    ? looked
    : {
        kind: 'unread',
        reason: 'basic scanning found nothing, as in every image whose packages it cannot read',
      };
}

function toResult(
  platforms: readonly LookedPlatform[],
  subject: ScanSubject,
  { settings, runStartedAt }: EcrScannerDeps,
): ScannerResult {
  const findings = joinPlatforms(platforms.flatMap((each) => findingsOn(each, subject)));
  const reason = reasonOf(platforms);
  const unseen = settings.scanning.kind === 'basic' ? beyondDebian(subject) : [];
  return {
    tool: NAME,
    toolVersion: VERSION,
    status: statusOf(platforms, findings),
    ...(reason !== '' && { reason }),
    feed: settings.scanning.kind === 'basic' ? 'ECR basic scanning' : 'Amazon Inspector',
    feedDate: new Date(oldest(platforms, runStartedAt)).toISOString(),
    findings,
    ...(unseen.length > 0 && { unseen }),
  };
}

function statusOf(
  platforms: readonly LookedPlatform[],
  findings: readonly Finding[],
): ScannerResult['status'] {
  const isUnread = platforms.length === 0 || platforms.some(({ looked }) => looked.kind === 'unread');
  return isUnread
    ? 'not-scanned'
    : knowingStatus({ stale: platforms.some(({ looked }) => looked.kind === 'stale') }, findings);
}

/** Each reason once, with the platforms that it is of. */
function reasonOf(platforms: readonly LookedPlatform[]): string {
  if (platforms.length === 0) {
    return 'it lists no platform';
  }
  const withReason = platforms.filter(({ looked }) => looked.reason !== undefined);
  return [...Map.groupBy(withReason, ({ looked }) => looked.reason)]
    .map(([reason, of]) => `${of.map(({ platform }) => platform).join(', ')}: ${reason}`)
    .join('; ');
}

/** What Inspector keeps an eye on is as new as the question. */
function oldest(platforms: readonly LookedPlatform[], runStartedAt: Date): number {
  const times = platforms.flatMap(({ looked }) => {
    if (looked.kind === 'unread' || looked.scan.status === 'ACTIVE') {
      return [];
    }
    const { sourceUpdatedAtMs, completedAtMs } = looked.scan;
    return sourceUpdatedAtMs ?? completedAtMs ?? [];
  });
  return Math.min(runStartedAt.getTime(), ...times);
}

function findingsOn({ platform, looked }: LookedPlatform, subject: ScanSubject): readonly Finding[] {
  if (looked.kind === 'unread') {
    return [];
  }
  const sources = new Map(packagesOf(platform, subject).map(({ name, source }) => [name, source.name]));
  return looked.scan.findings.flatMap(({ id, aliases, severity: word, packages: affected }) => {
    const severity = severityOfWord(word);
    return affected.map(({ name, version, fixed }) => ({
      id,
      aliases,
      package: name,
      source: sources.get(name) ?? name,
      installed: version,
      ...(fixed !== undefined && { fixed }),
      severity,
      ...(severity !== 'unknown' && { severityFrom: NAME }),
      platforms: [platform],
    }));
  });
}

function packagesOf(platform: Platform, { platforms }: ScanSubject): readonly LockedPackage[] {
  return platforms.flatMap((one) => (one.platform === platform ? one.packages : []));
}
