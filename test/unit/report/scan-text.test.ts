import { expect, test } from 'vitest';
import type { PublishedScan, ScannerResult } from '../../../src/model/index.ts';
import { scanText } from '../../../src/report/index.ts';
import { publishedScan } from '../../support/runs.ts';

function withResults(scan: PublishedScan, results: readonly ScannerResult[]): PublishedScan {
  return { ...scan, scan: { ...scan.scan, results } };
}

test('every state of a scanner has words of its own', async () => {
  const scan = publishedScan('python-3.13');
  const [found, notScanned] = scan.scan.results;
  if (found === undefined || notScanned === undefined) {
    throw new Error('these are fixed');
  }
  const results: readonly ScannerResult[] = [
    found,
    { ...found, tool: 'debian-tracker', status: 'clean', findings: [], unseen: ['node'] },
    { ...found, tool: 'archive-too', status: 'up-to-date', findings: [] },
    { ...found, tool: 'trivy', status: 'stale', reason: 'its server did not answer' },
    notScanned,
  ];
  await expect(scanText(withResults(scan, results))).toMatchFileSnapshot('../../golden/report/scan.txt');
});

test('nothing found says who looked, and nobody looked is not nothing found', () => {
  const scan = publishedScan('python-3.13');
  const none = { ...scan, scan: { ...scan.scan, findings: [] } };
  expect(scanText(none)).toContain('nothing found by debian-archive');
  expect(scanText(withResults(none, scan.scan.results.slice(1)))).toContain('nobody looked');
});
