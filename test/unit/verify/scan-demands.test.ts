import { expect, test } from 'vitest';
import { PREDICATE_TYPE } from '../../../src/oci/index.ts';
import { imageStatements } from '../../../src/stages/sign/index.ts';
import type { Demands } from '../../../src/verify/index.ts';
import { evidence } from '../../support/evidence.ts';
import { serveRegistry } from '../../support/registry.ts';
import { testKeys } from '../../support/signing.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { DEMANDS, failures, HOUR_MS, releasedRepository } from '../../support/verified-release.ts';

interface Scan {
  readonly scanner: { readonly result: object };
}

/** Of a scanner that policy does not require, and that had no data. */
function unscanned({ scanner, ...predicate }: Scan): object {
  const result = { ...scanner.result, tool: 'osv', status: 'not-scanned', reason: 'it did not answer' };
  return { ...predicate, scanner: { ...scanner, uri: 'osv', result } };
}

test.each<{ summary: string; demands: Partial<Demands>; failed: readonly string[] | undefined }>([
  { summary: 'the policy it was judged by requires others', demands: {}, failed: undefined },
  {
    summary: 'and allows a scan of seven days',
    demands: { now: new Date(DEMANDS.now.getTime() + 166 * HOUR_MS) },
    failed: undefined,
  },
  {
    summary: 'who asks for more gets more',
    demands: { requiredScanners: ['osv'] },
    failed: ['SCAN_MISSING'],
  },
  {
    summary: 'what only a registry of AWS finds is asked of what is in one',
    demands: { requiredScanners: ['debian-archive', 'ecr'] },
    failed: undefined,
  },
])('an optional scanner had no data: $summary', async ({ demands, failed }) => {
  const { address } = await serveRegistry();
  const place = { address, folder: await temporaryFolder() };
  const at = releasedRepository(place, { name: 'golden/python', ours: testKeys() });
  const released = await at.release('one');
  const scans = imageStatements(released.image, evidence()).filter(
    ({ predicateType }) => predicateType === PREDICATE_TYPE.vulnerabilities,
  );
  const others = scans.map((scan) => ({ ...scan, predicate: unscanned(scan.predicate as Scan) }));
  await at.sign(released, [...scans, ...others]);
  expect(failures(await at.verify(demands)).scan).toEqual(failed);
});
