import { FactoryError } from '../../model/index.ts';
import type { FactoryErrorCode, ScanReport, ScannerResult } from '../../model/index.ts';
import { markExploited, type KnownExploited } from './known-exploited.ts';
import { mergeFindings } from './merge-findings.ts';
import type { Scanner, ScanSubject } from './scanner.ts';

export interface ScanDeps {
  readonly scanners: readonly Scanner[];
  /** Absent where the catalog asks for none. */
  readonly knownExploited?: () => Promise<KnownExploited>;
  /** Start of the run. */
  readonly now: Date;
  readonly signal: AbortSignal;
}

/** A full disk says nothing of an image. */
const NOT_JUDGED: readonly FactoryErrorCode[] = ['CANCELLED', 'STORAGE_FAILED'];

/**
 * Asks those scanners that need no registry, or all where the image is in one. One that fails is *not scanned*, which is
 * for the gate to judge: policy may not need it.
 */
export function scan(subject: ScanSubject, deps: ScanDeps): Promise<ScanReport> {
  const scanners = deps.scanners.filter(({ looksIn }) => looksIn !== 'registry' || subject.ref !== undefined);
  return askAll(subject, { ...deps, scanners }, []);
}

/** Of an image that was pushed since: asks those that had to wait for it. */
export function scanFurther(subject: ScanSubject, before: ScanReport, deps: ScanDeps): Promise<ScanReport> {
  const scanners = deps.scanners.filter(({ looksIn }) => looksIn === 'registry');
  return askAll(subject, { ...deps, scanners }, before.results);
}

async function askAll(
  subject: ScanSubject,
  deps: ScanDeps,
  before: readonly ScannerResult[],
): Promise<ScanReport> {
  const results = [...before];
  for (const scanner of deps.scanners) {
    results.push(await ask(scanner, subject, deps));
  }
  const exploited = await deps.knownExploited?.();
  return {
    scannedAt: deps.now.toISOString(),
    results,
    findings: markExploited(mergeFindings(results), exploited?.ids ?? new Set()),
    ...(exploited !== undefined && { knownExploited: exploited.state }),
  };
}

async function ask(scanner: Scanner, subject: ScanSubject, deps: ScanDeps): Promise<ScannerResult> {
  try {
    return await scanner.scan(subject, deps.signal);
  } catch (error) {
    if (!(error instanceof FactoryError) || NOT_JUDGED.includes(error.code)) {
      throw error;
    }
    return {
      tool: scanner.name,
      toolVersion: '',
      status: 'not-scanned',
      reason: error.message,
      feed: '',
      feedDate: deps.now.toISOString(),
      findings: [],
    };
  }
}
