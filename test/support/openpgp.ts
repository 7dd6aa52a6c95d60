import {
  createCleartextMessage,
  createMessage,
  generateKey,
  readPrivateKey,
  reformatKey,
  sign,
  type PrivateKey,
} from 'openpgp';

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

const OWNER = [{ name: 'Release Team', email: 'release@example.org' }];

/** Whose key expires goes on signing with it. */
export async function createSigner({ expires }: { readonly expires?: Date } = {}): Promise<Signer> {
  const generated = await generateKey({ userIDs: OWNER, date: CREATED, format: 'armored' });
  const signingKeys = await readPrivateKey({ armoredKey: generated.privateKey });
  return {
    publicKey: expires === undefined ? generated.publicKey : await expiring(signingKeys, expires),
    fingerprint: signingKeys.getFingerprint().toUpperCase(),
    clearsign: async (text) =>
      sign({ message: await createCleartextMessage({ text }), signingKeys, date: SIGNED }),
    detached: async (binary) =>
      sign({ message: await createMessage({ binary }), signingKeys, date: SIGNED, detached: true }),
  };
}

async function expiring(privateKey: PrivateKey, expires: Date): Promise<string> {
  const keyExpirationTime = (expires.getTime() - CREATED.getTime()) / 1000;
  const options = {
    privateKey,
    userIDs: OWNER,
    date: CREATED,
    keyExpirationTime,
    format: 'armored',
  } as const;
  return (await reformatKey(options)).publicKey;
}
