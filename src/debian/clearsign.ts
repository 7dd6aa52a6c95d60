import { FactoryError } from '../model/index.ts';
import { SignatureRefused, verifyClearsigned, type KeyTrust, type SignedText } from '../openpgp/index.ts';

export interface SignatureOptions extends KeyTrust {
  /** Names the file in messages. */
  readonly source: string;
}

/** The text of an index that one of the archive's keys signed: Debian signs with those of two releases at a time. */
export async function openSigned(bytes: Uint8Array, options: SignatureOptions): Promise<SignedText> {
  try {
    return await verifyClearsigned(bytes, options);
  } catch (error) {
    if (error instanceof SignatureRefused) {
      throw new FactoryError('INDEX_SIGNATURE_INVALID', `cannot trust ${options.source}: ${error.message}`, {
        cause: error,
        hint: "the mirror, or something between, changed the file, or this machine's clock is wrong; the keys we accept are in data/debian-archive-keys",
      });
    }
    throw error;
  }
}
