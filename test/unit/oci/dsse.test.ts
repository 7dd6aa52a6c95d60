import { describe, expect, test } from 'vitest';
import {
  envelopePayload,
  openEnvelope,
  parseSha256,
  predicateAbout,
  sha256Of,
  signEnvelope,
  signedDigest,
  simpleSigningPayload,
  statementBytes,
  subjectsIn,
  subjectsOf,
} from '../../../src/oci/index.ts';
import type { ImageSigner } from '../../../src/oci/index.ts';
import { testKeys } from '../../support/signing.ts';

const repository = '127.0.0.1:5000/golden/python';
const digest = sha256Of('image');
const predicateType = 'https://spdx.dev/Document';
const payload = statementBytes({ subject: digest, predicateType, predicate: { a: 1 } }, repository);

describe('an envelope', () => {
  test('gives back what was signed', async () => {
    const { signer, verify } = testKeys();
    const envelope = await signEnvelope(payload, signer);
    expect(Buffer.from(openEnvelope(envelope, verify, 'it'))).toEqual(payload);
    expect(Buffer.from(envelopePayload(envelope, 'it'))).toEqual(payload);
  });

  test.each([
    {
      summary: 'another payload',
      change: { payload: Buffer.from('other').toString('base64') },
      code: 'SIGNATURE_INVALID',
    },
    {
      summary: 'another signature',
      change: { signatures: [{ sig: Buffer.from('other').toString('base64') }] },
      code: 'SIGNATURE_INVALID',
    },
    { summary: 'no signature', change: { signatures: [] }, code: 'REGISTRY_INVALID' },
    { summary: 'another type', change: { payloadType: 'text/plain' }, code: 'REGISTRY_INVALID' },
    { summary: 'no base64', change: { payload: '%' }, code: 'REGISTRY_INVALID' },
  ])('with $summary: $code', async ({ change, code }) => {
    const { signer, verify } = testKeys();
    const envelope: object = JSON.parse(Buffer.from(await signEnvelope(payload, signer)).toString());
    const changed = Buffer.from(JSON.stringify({ ...envelope, ...change }));
    expect(() => openEnvelope(changed, verify, 'it')).toThrow(expect.objectContaining({ code }));
  });

  test('is signed as DSSE says, the type bound to the payload', async () => {
    const signed: string[] = [];
    const signer: ImageSigner = {
      sign: async (bytes) => {
        signed.push(Buffer.from(bytes).toString());
        return new Uint8Array(1);
      },
    };
    await signEnvelope(Buffer.from('{"a":1}'), signer);
    expect(signed).toEqual(['DSSEv1 28 application/vnd.in-toto+json 7 {"a":1}']);
  });

  test('by another key is not opened', async () => {
    const envelope = await signEnvelope(payload, testKeys().signer);
    expect(() => openEnvelope(envelope, testKeys().verify, 'it')).toThrow(
      expect.objectContaining({ code: 'SIGNATURE_INVALID' }),
    );
  });
});

describe('a statement', () => {
  test('is text that stays the same', () => {
    expect(Buffer.from(payload).toString()).toBe(
      `{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"${repository}","digest":{"sha256":"${digest.slice(7)}"}}],"predicateType":"${predicateType}","predicate":{"a":1}}`,
    );
  });

  test('about this image and of this type gives its predicate', () => {
    expect(predicateAbout(payload, { ref: { repository, digest }, predicateType })).toEqual({ a: 1 });
  });

  test('may be about several digests, and says of which', () => {
    const subjects = { subject: digest, alsoAbout: [sha256Of('index')] };
    const bytes = statementBytes({ ...subjects, predicateType, predicate: { a: 1 } }, repository);
    for (const each of subjectsOf(subjects)) {
      expect(predicateAbout(bytes, { ref: { repository, digest: each }, predicateType })).toEqual({ a: 1 });
    }
    expect(subjectsIn(bytes, 'it')).toEqual(subjects);
    expect(subjectsIn(payload, 'it')).toEqual({ subject: digest });
  });

  test.each([
    {
      summary: 'another image',
      expected: { ref: { repository, digest: sha256Of('other') }, predicateType },
      code: 'ATTESTATION_FOREIGN',
    },
    {
      summary: 'another type',
      expected: { ref: { repository, digest }, predicateType: 'https://cyclonedx.org/bom' },
      code: 'ATTESTATION_TYPE',
    },
  ])('about $summary is refused', ({ expected, code }) => {
    expect(() => predicateAbout(payload, expected)).toThrow(expect.objectContaining({ code }));
  });
});

test('simple signing says which digest it is about', () => {
  const signed = simpleSigningPayload({ repository, digest });
  expect(signedDigest(signed, 'it')).toBe(digest);
  expect(() => signedDigest(Buffer.from('{"critical":{}}'), 'it')).toThrow(
    expect.objectContaining({ code: 'REGISTRY_INVALID' }),
  );
  expect(parseSha256(digest)).toBe(digest);
});
