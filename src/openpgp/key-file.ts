import type { Key } from 'openpgp';

/** The message says what the file is instead of public keys. */
export class KeyFileRefused extends Error {}

/** RFC 9580 section 6.2: a file may hold several armoured blocks, and each of them several keys. */
const KEY_BLOCK = /-----BEGIN PGP PUBLIC KEY BLOCK-----[^]*?-----END PGP PUBLIC KEY BLOCK-----/g;
/** Section 4.2: the first byte of every packet has its highest bit set. */
const PACKET_BIT = 0x80;

/** The public keys of a file, armoured or a binary keyring, as armoured keys. Says nothing about whom to trust. */
export async function parseKeyFile(bytes: Uint8Array): Promise<readonly string[]> {
  const text = Buffer.from(bytes).toString('latin1');
  const blocks = text.match(KEY_BLOCK) ?? [];
  if (blocks.length === 0 && ((bytes[0] ?? 0) & PACKET_BIT) === 0) {
    throw new KeyFileRefused(otherContent(text));
  }
  const { readKeys } = await import('openpgp');
  const keys: Key[] = [];
  try {
    for (const armoredKeys of blocks) {
      keys.push(...(await readKeys({ armoredKeys })));
    }
    if (blocks.length === 0) {
      keys.push(...(await readKeys({ binaryKeys: bytes })));
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new KeyFileRefused(`what is no key: ${reason}`, { cause });
  }
  if (keys.some((key) => key.isPrivate())) {
    throw new KeyFileRefused('a private key');
  }
  return keys.map((key) => key.armor());
}

function otherContent(text: string): string {
  const [, label] = /^-----BEGIN ([A-Z ]+)-----/m.exec(text) ?? [];
  if (label !== undefined) {
    return `"${label}"`;
  }
  return text.trim() === '' ? 'an empty file' : 'something else';
}
