import { createCleartextMessage, createMessage, generateKey, readPrivateKey, sign } from 'openpgp';

/** Somebody who signs, with a key made for the test. */
export interface Signer {
  /** ASCII-armoured. */
  readonly publicKey: string;
  readonly fingerprint: string;
  clearsign(text: string): Promise<string>;
  detached(bytes: Uint8Array): Promise<string>;
}

/** A key is as old as this, so that a run started any time later accepts it. */
const CREATED = new Date('2026-01-01T00:00:00Z');
const SIGNED = new Date('2026-11-01T00:00:00Z');

export async function createSigner(): Promise<Signer> {
  const generated = await generateKey({
    userIDs: [{ name: 'Release Team', email: 'release@example.org' }],
    date: CREATED,
    format: 'armored',
  });
  const signingKeys = await readPrivateKey({ armoredKey: generated.privateKey });
  return {
    publicKey: generated.publicKey,
    fingerprint: signingKeys.getFingerprint().toUpperCase(),
    clearsign: async (text) =>
      sign({ message: await createCleartextMessage({ text }), signingKeys, date: SIGNED }),
    detached: async (binary) =>
      sign({ message: await createMessage({ binary }), signingKeys, date: SIGNED, detached: true }),
  };
}
