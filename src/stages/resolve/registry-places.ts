import { FactoryError } from '../../model/index.ts';
import { findInputCopies, parseSha256, type RegistryClient } from '../../oci/index.ts';
import { integrityOf } from './content-digest.ts';
import type { InputPlace, StoreInput, WantedInput } from './input-places.ts';

/**
 * The registry's own copies of inputs, in the repositories below `prefix` with these names: `publish` put them beside
 * the images that were made of them, and another image may have brought the file first.
 */
export function registryPlaces(
  prefix: string,
  names: readonly string[],
  registry: RegistryClient,
): readonly InputPlace[] {
  return names.map((name) => ({
    name: `the copies in ${prefix}`,
    ...copiesIn(`${prefix}/${name}`, registry),
  }));
}

function copiesIn(repository: string, registry: RegistryClient): Pick<InputPlace, 'fetch'> {
  return {
    fetch: async (wanted, store) => {
      for (const digest of await copiesOf(wanted, repository, registry)) {
        if (await registry.hasBlob(repository, digest)) {
          const reading = registry.getBlob(repository, digest, wanted.maxBytes);
          return storeCopy({ wanted, reading, repository }, store);
        }
      }
      return undefined;
    },
  };
}

/** The registry names blobs as Debian does; an npm tarball has to be looked up by its integrity. */
async function copiesOf({ digest }: WantedInput, repository: string, registry: RegistryClient) {
  return digest.algorithm === 'sha256'
    ? [parseSha256(`sha256:${digest.hex}`)]
    : findInputCopies(repository, integrityOf(digest), registry);
}

interface Copy {
  readonly wanted: WantedInput;
  readonly reading: Promise<Uint8Array>;
  readonly repository: string;
}

async function storeCopy({ wanted, reading, repository }: Copy, store: StoreInput): Promise<string> {
  try {
    return await store([await reading]);
  } catch (error) {
    if (error instanceof FactoryError && error.code === 'DIGEST_MISMATCH') {
      throw new FactoryError(
        'INPUT_COPY_TAMPERED',
        `cannot use the copy of ${wanted.what} in ${repository}: it is not the file that the lock names: ${error.message}`,
        { hint: 'find out who can write to this repository; what it holds is not used', cause: error },
      );
    }
    throw error;
  }
}
