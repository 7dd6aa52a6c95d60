import { describe, expect, test } from 'vitest';
import { openEnvelope, signEnvelope, verifyWithAny } from '../../../src/oci/index.ts';
import { testKeys } from '../../support/signing.ts';

const current = testKeys();
const retired = testKeys();
const stranger = testKeys();
const TODAY = new Date('2026-11-26T23:59:59Z');

function verifyUntil(until: string) {
  return verifyWithAny(current.verify, [{ name: 'keys/2025.pub', key: retired.publicKey, until }], TODAY);
}

describe('an envelope', () => {
  test.each([
    { summary: "of today's key", by: current, until: '2026-01-01', isTrusted: true },
    { summary: 'of a retired key before its last day', by: retired, until: '2026-11-27', isTrusted: true },
    { summary: 'of a retired key on its last day', by: retired, until: '2026-11-26', isTrusted: true },
    {
      summary: 'of a retired key after its last day',
      by: retired,
      until: '2026-11-25',
      isTrusted: false,
      message: 'cannot trust it: its key "keys/2025.pub" was accepted until 2026-11-25',
      hint: expect.stringContaining('set a later "until"'),
    },
    {
      summary: 'of a key that never was ours',
      by: stranger,
      until: '2026-11-27',
      isTrusted: false,
      message: 'cannot trust it: it is not signed by our key',
      hint: expect.stringContaining('restore the key pair'),
    },
  ])('$summary', async ({ by, until, isTrusted, message, hint }) => {
    const payload = Buffer.from('{}');
    const envelope = await signEnvelope(payload, by.signer);
    const verify = verifyUntil(until);
    if (isTrusted) {
      expect(openEnvelope(envelope, verify, 'it')).toEqual(payload);
    } else {
      expect(() => openEnvelope(envelope, verify, 'it')).toThrow(
        expect.objectContaining({ code: 'SIGNATURE_INVALID', message, hint }),
      );
    }
  });
});

test('without retired keys it is the key itself', () => {
  expect(verifyWithAny(current.verify, [], TODAY)).toBe(current.verify);
});
