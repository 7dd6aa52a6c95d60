import { createHash, createPublicKey, verify } from 'node:crypto';
import { FactoryError } from '../../model/index.ts';

/** Public key of a note's signer: `name+hash+base64` (golang.org/x/mod/sumdb/note, "Verifying Notes"). */
export interface NoteKey {
  readonly name: string;
  /** First four bytes of the digest over name and key, in hex. */
  readonly id: string;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** The only algorithm notes know. */
const ED25519 = 1;
const PUBLIC_KEY_BYTES = 32;
const KEY_ID_BYTES = 4;

export function parseNoteKey(text: string): NoteKey {
  const [, name = '', id = '', base64 = ''] =
    /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  const key = Buffer.from(base64, 'base64');
  if (key[0] !== ED25519 || key.byteLength !== PUBLIC_KEY_BYTES + 1 || keyId(name, key) !== id) {
    throw new FactoryError(
      'USAGE',
      'cannot use GOSUMDB: expected the name of a checksum database, or "name+hash+key" with an Ed25519 key',
    );
  }
  return { name, id, publicKey: key.subarray(1) };
}

function keyId(name: string, key: Uint8Array): string {
  const digest = createHash('sha256').update(`${name}\n`).update(key).digest();
  return digest.subarray(0, KEY_ID_BYTES).toString('hex');
}

/** The text of a note that `key` signed, with its last line feed. Other signatures are passed over. */
export function openNote(note: string, key: NoteKey): string {
  const end = note.lastIndexOf('\n\n');
  const text = note.slice(0, end + 1);
  const signatures = note
    .slice(end + 2)
    .split('\n')
    .flatMap((line) => {
      const [, name, base64 = ''] = /^— (\S+) ([A-Za-z0-9+/=]+)$/.exec(line) ?? [];
      return name === key.name ? [Buffer.from(base64, 'base64')] : [];
    })
    .filter((bytes) => bytes.subarray(0, KEY_ID_BYTES).toString('hex') === key.id);
  const isSigned = signatures.some((bytes) =>
    verify(undefined, Buffer.from(text), toKeyObject(key), bytes.subarray(KEY_ID_BYTES)),
  );
  if (end < 0 || !isSigned) {
    throw new FactoryError(
      'SUMDB_SIGNATURE_INVALID',
      `cannot use the checksum database: its tree is not signed by the key of "${key.name}"`,
      { hint: 'the proxy, or something on the way, serves another database: see GOPROXY and GOSUMDB' },
    );
  }
  return text;
}

function toKeyObject({ publicKey }: NoteKey): ReturnType<typeof createPublicKey> {
  const x = Buffer.from(publicKey).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}
