import type { FeedState, MergedFinding, ScannerResult } from '../model/index.ts';
import type { ReportedFeed, ReportedFinding, ReportedScan } from './scan-schema.ts';

/** What is not known is null, and no field is left out. */
export function toReportedFinding(finding: MergedFinding): ReportedFinding {
  return {
    id: finding.id,
    aliases: [...finding.aliases],
    scanners: [...finding.scanners],
    package: finding.package,
    source: finding.source,
    installed: finding.installed,
    fixed: finding.fixed ?? null,
    fixedSince: finding.fixedSince ?? null,
    suite: finding.suite ?? null,
    severity: finding.severity,
    severityFrom: finding.severityFrom ?? null,
    vendorStatus: finding.vendorStatus ?? null,
    knownExploited: finding.knownExploited ?? false,
    platforms: [...finding.platforms],
  };
}

export function toReportedScan(result: ScannerResult): ReportedScan {
  const { tool, toolVersion, status, reason, feed, feedDate, findings, unseen = [] } = result;
  return {
    scanner: tool,
    version: toolVersion,
    status,
    reason: reason ?? null,
    feed,
    feedDate: status === 'not-scanned' ? null : feedDate,
    findings: findings.length,
    unseen: [...unseen],
  };
}

export function toReportedFeed(state: FeedState | undefined): ReportedFeed | null {
  if (state === undefined) {
    return null;
  }
  const { status, reason, feed, feedDate } = state;
  return { status, reason: reason ?? null, feed, feedDate: feedDate ?? null };
}
