import path from 'node:path';
import { expect, test } from 'vitest';
import type { Sha256 } from '../../../src/model/index.ts';
import { referenceText } from '../../../src/oci/index.ts';
import { verifyJson, verifyText } from '../../../src/verify/index.ts';
import { serveRegistry } from '../../support/registry.ts';
import { testKeys } from '../../support/signing.ts';
import { ROOT } from '../../support/source-tree.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import {
  DEMANDS,
  HOUR_MS,
  releasedRepository,
  type ReleasedRepository,
  withoutDigests,
} from '../../support/verified-release.ts';

function golden(name: string): string {
  return path.join(ROOT, 'test/golden/verify', name);
}

async function released(): Promise<ReleasedRepository> {
  const { address } = await serveRegistry();
  const at = releasedRepository(
    { address, folder: await temporaryFolder() },
    { name: 'golden/python', ours: testKeys() },
  );
  await at.release('one');
  return at;
}

test('a sound release', async () => {
  const at = await released();
  const verification = await at.verify();
  await expect(`${withoutDigests(verifyText([verification]))}\n`).toMatchFileSnapshot(golden('sound.txt'));
  await expect(
    `${withoutDigests(JSON.stringify(verifyJson([verification]), null, 2))}\n`,
  ).toMatchFileSnapshot(golden('sound.json'));
});

test('faults, each with what to do, and the same with cosign', async () => {
  const at = await released();
  const { published } = await at.publishAndSign('two');
  await at.pointTag('3.13', published.ref.digest);
  const old = await at.verify({
    now: new Date(DEMANDS.now.getTime() + 100 * HOUR_MS),
    maxScanAgeHours: 48,
  });
  await expect(`${withoutDigests(verifyText([old]))}\n`).toMatchFileSnapshot(golden('faults.txt'));
});

test('nothing there, and an image without anything attached', async () => {
  const at = await released();
  const { published, image } = await at.publishAndSign('two');
  const digest: Sha256 = image.tested.built.platforms[0]!.manifest.digest;
  const missing = await at.verify({}, `${at.repository}:none`);
  const platform = await at.verify({}, referenceText({ ...published.ref, digest }));
  const text = verifyText([missing, platform]);
  await expect(`${withoutDigests(text)}\n`).toMatchFileSnapshot(golden('missing.txt'));
});
