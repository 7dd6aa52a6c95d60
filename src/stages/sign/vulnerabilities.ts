import { z } from 'zod';
import type { ScannerResult, ScanReport } from '../../model/index.ts';
import type { RunEvidence } from './evidence.ts';

/**
 * cosign's "Vulnerability Scan Record" (COSIGN_VULN_ATTESTATION_SPEC, fields as its `attestation.VulnPredicate` has
 * them): one per scanner, whose `result` says in which of the four ways nothing was found.
 */
export function vulnerabilityPredicate(result: ScannerResult, scan: ScanReport, run: RunEvidence): object {
  return {
    invocation: { parameters: null, uri: '', event_id: run.id, 'builder.id': run.builderId },
    scanner: {
      uri: result.tool,
      version: result.toolVersion,
      db: { uri: result.feed, version: result.feedDate },
      result,
    },
    metadata: { scanStartedOn: scan.scannedAt, scanFinishedOn: scan.scannedAt },
  };
}

/** A scanner's attested word. */
export interface AttestedScan {
  readonly predicate: unknown;
  readonly scannedAt: Date;
  readonly result: ScannerResult;
}

const ScanSchema = z.object({
  scanner: z.object({
    result: z.looseObject({
      tool: z.string(),
      status: z.string(),
      findings: z.array(z.looseObject({ id: z.string(), package: z.string() })),
    }),
  }),
  metadata: z.object({ scanFinishedOn: z.iso.datetime() }),
});

/** Undefined for one of another version of ingot: it is as if it was not there. */
export function parseScanPredicate(predicate: unknown): AttestedScan | undefined {
  const parsed = ScanSchema.safeParse(predicate);
  if (!parsed.success) {
    return undefined;
  }
  const { scanner, metadata } = parsed.data;
  return {
    predicate,
    scannedAt: new Date(metadata.scanFinishedOn),
    result: scanner.result as unknown as ScannerResult,
  };
}
