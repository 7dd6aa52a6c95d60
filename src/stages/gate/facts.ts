import type { CatalogEntry, ScanReport, TestReport } from '../../model/index.ts';

/** Everything the gate looks at: it knows nothing that is not here. */
export interface GateFacts {
  readonly entry: Pick<CatalogEntry, 'id' | 'dates'>;
  readonly report: TestReport;
  readonly scan: ScanReport;
}
