import { describe, expect, test } from 'vitest';
import { keysInForce, openEnvelope, signEnvelope } from '../../../src/oci/index.ts';
import { testKeys } from '../../support/signing.ts';
import { retiredKey } from '../../support/trust.ts';

const current = testKeys();
const retired = testKeys();
const stranger = testKeys();
const TODAY = new Date('2026-11-26T23:59:59Z');

const own = { name: 'cosign.pub', file: '/config/cosign.pub', verify: current.verify };

function inForceUntil(until: string) {
  return keysInForce(own, [retiredKey(retired, until)], TODAY);
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
      hint: expect.stringContaining('bring the key that made it'),
    },
  ])('$summary', async ({ by, until, isTrusted, message, hint }) => {
    const payload = Buffer.from('{}');
    const envelope = await signEnvelope(payload, by.signer);
    const { verify } = inForceUntil(until);
    if (isTrusted) {
      expect(openEnvelope(envelope, verify, 'it')).toEqual(payload);
    } else {
      expect(() => openEnvelope(envelope, verify, 'it')).toThrow(
        expect.objectContaining({ code: 'SIGNATURE_INVALID', message, hint }),
      );
    }
  });
});

test.each([
  { until: '2026-11-26', names: ['cosign.pub', 'keys/2025.pub'] },
  { until: '2026-11-25', names: ['cosign.pub'] },
])('of a key accepted until $until, $names are in force', ({ until, names }) => {
  expect(inForceUntil(until).keys.map(({ name }) => name)).toEqual(names);
});

test('without retired keys it is the key itself', () => {
  expect(keysInForce(own, [], TODAY)).toEqual({ keys: [own], verify: current.verify });
});
