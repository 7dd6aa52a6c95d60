import canonicalize from 'canonicalize';
import type { Finding, GateVerdict, NotAffected, ScannerResult, ScanReport } from '../../model/index.ts';
import { attestedVerdict, verdictKey } from './run-statement.ts';
import { vexKey } from './vex.ts';
import type { AttestedScan } from './vulnerabilities.ts';

/** What stands beside the published image now. */
export interface AttestedState {
  readonly scans: readonly AttestedScan[];
  /** Predicate of the last run that judged it. */
  readonly run: unknown;
  /** OpenVEX document. */
  readonly vex: unknown;
}

export interface FreshState {
  readonly scan: ScanReport;
  readonly verdict: GateVerdict;
  readonly vex?: object;
}

export interface ScanAge {
  readonly now: Date;
  /** Policy's: readers refuse an older scan. */
  readonly maxScanAgeHours: number;
}

export type ReattestDecision =
  | { readonly kind: 'keep' }
  | {
      readonly kind: 'fresh';
      readonly reason:
        'not-attested' | 'verdict-changed' | 'findings-changed' | 'vex-changed' | 'half-of-its-age';
    };

const HOUR_MS = 3_600_000;

/**
 * A fresh scan attestation is written only when it says something new, or while the old one would still do for half of
 * its time: a night that finds nothing new writes nothing.
 */
export function decideReattest(attested: AttestedState, fresh: FreshState, age: ScanAge): ReattestDecision {
  const verdict = attestedVerdict(attested.run);
  if (attested.scans.length === 0 || verdict === undefined) {
    return { kind: 'fresh', reason: 'not-attested' };
  }
  if (verdict !== verdictKey(fresh.verdict)) {
    return { kind: 'fresh', reason: 'verdict-changed' };
  }
  const before = attested.scans.map(({ result }) => result);
  if (scansKey(before) !== scansKey(fresh.scan.results)) {
    return { kind: 'fresh', reason: 'findings-changed' };
  }
  if (vexKey(attested.vex) !== vexKey(fresh.vex)) {
    return { kind: 'fresh', reason: 'vex-changed' };
  }
  const oldest = Math.min(...attested.scans.map(({ scannedAt }) => scannedAt.getTime()));
  const isHalfOver = age.now.getTime() - oldest >= (age.maxScanAgeHours / 2) * HOUR_MS;
  return isHalfOver ? { kind: 'fresh', reason: 'half-of-its-age' } : { kind: 'keep' };
}

/** What scanners say, without when they said it and from which state of their feed. */
function scansKey(results: readonly ScannerResult[]): string {
  return results
    .map(({ tool, status, findings, notAffected = [] }) =>
      canonicalize({
        tool,
        status,
        findings: findings.map(findingKey).sort(),
        notAffected: notAffected.map(notAffectedKey).sort(),
      }),
    )
    .sort()
    .join('\n');
}

function findingKey({
  id,
  installed,
  fixed,
  severity,
  vendorStatus,
  knownExploited,
  ...of
}: Finding): string {
  return (
    canonicalize(
      [of.package, id, installed, fixed, severity, vendorStatus, knownExploited, of.platforms].map(
        (part) => part ?? null,
      ),
    ) ?? ''
  );
}

function notAffectedKey({ id, installed, justification, ...of }: NotAffected): string {
  return canonicalize([of.package, id, installed, justification, of.platforms]) ?? '';
}
