import { FactoryError } from '../model/index.ts';
import { SignatureRefused } from '../openpgp/index.ts';

/** Runs a verification, and says in the words of a source what a refusal means. */
export async function verified<T>(what: string, verify: () => Promise<T>): Promise<T> {
  try {
    return await verify();
  } catch (error) {
    if (error instanceof SignatureRefused) {
      throw new FactoryError('SOURCE_SIGNATURE_INVALID', `cannot trust ${what}: ${error.message}`, {
        hint: 'the server shows something else, a new key is missing in the catalog, or somebody changed the file',
        cause: error,
      });
    }
    throw error;
  }
}
