import { expect, test } from 'vitest';
import { isVerified, type Trust, type Verification } from '../../../src/verify/index.ts';
import { serveRegistry } from '../../support/registry.ts';
import { testKeys } from '../../support/signing.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { retiredKey, trustIn } from '../../support/trust.ts';
import { releasedRepository } from '../../support/verified-release.ts';

/** A release of before the key was replaced, judged afterwards. */
async function verifyAfterRotation(until: string): Promise<Verification> {
  const { address } = await serveRegistry();
  const [old, today] = [testKeys(), testKeys()];
  const place = { address, folder: await temporaryFolder() };
  const at = releasedRepository(place, { name: 'golden/python', ours: today, signedWith: old });
  await at.release('one');
  const trust: Trust = trustIn(today, [retiredKey(old, until)]);
  return at.verify({}, undefined, trust);
}

function commandsOf({ checks }: Verification): readonly (readonly string[])[] {
  return checks.flatMap(({ cosign }) => cosign);
}

test('what a key signed that is accepted still passes, and cosign is told of that key', async () => {
  const verification = await verifyAfterRotation('2026-11-26');
  expect(isVerified(verification)).toBe(true);
  expect(verification.identity).toBe('key cosign.pub or key keys/2025.pub');
  const keys = commandsOf(verification).map((argv) => argv.find((word) => word.startsWith('--key=')));
  expect(new Set(keys)).toEqual(new Set(['--key=/catalog/keys/2025.pub']));
});

test('after its last day nothing of it counts, and that is what is said', async () => {
  const verification = await verifyAfterRotation('2026-11-25');
  const messages = new Map(
    verification.checks.map(({ check, faults }) => [check, faults.map(({ message }) => message).join('\n')]),
  );
  for (const check of ['signature', 'attestation lock', 'release']) {
    expect(messages.get(check)).toContain('its key "keys/2025.pub" was accepted until 2026-11-25');
  }
});
