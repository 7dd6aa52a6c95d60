import { expect, test } from 'vitest';
import { createDebianArchiveScanner, scan, type ScanSubject } from '../../../../src/stages/scan/index.ts';
import { NOW } from '../../../support/archive.ts';
import { scanSubject } from '../../../support/scan-subject.ts';
import { installedPackage, scannedWorld } from '../../../support/scanned-archive.ts';

function subjectOf(codename: string): ScanSubject {
  return scanSubject([installedPackage('libc6', '2.41-12')], { codename });
}

test('a Debian release that cannot be opened leaves its own images unscanned, and no other', async () => {
  const world = await scannedWorld([{ name: 'libc6', version: '2.41-12' }]);
  const deps = {
    scanners: [createDebianArchiveScanner(world)],
    now: NOW,
    signal: new AbortController().signal,
  };
  const unscanned = await scan(subjectOf('bookworm'), deps);
  expect(unscanned.results).toMatchObject([
    { status: 'not-scanned', reason: expect.stringContaining('suite "bookworm"') },
  ]);
  const scanned = await scan(subjectOf('trixie'), deps);
  expect(scanned.results).toMatchObject([{ status: 'up-to-date' }]);
});
