import { FactoryError } from '../model/index.ts';
import type { DigestRef, Lock } from '../model/index.ts';
import { PREDICATE_TYPE, referenceText, type ReadDeps } from '../oci/index.ts';
import { parseLockPredicate, readAttestation } from '../stages/sign/index.ts';

/** What a published image was made of, as it is attested of it. */
export async function publishedLock(ref: DigestRef, deps: ReadDeps): Promise<Lock> {
  const predicate = await readAttestation(ref, PREDICATE_TYPE.lock, deps);
  if (predicate === undefined) {
    throw new FactoryError(
      'REGISTRY_INVALID',
      `cannot read the lock of ${referenceText(ref)}: it is not there`,
      {
        hint: 'only images of ingot have one; if this is one, its attestations were removed: `ingot rollback` to another release',
      },
    );
  }
  return parseLockPredicate(predicate).lock;
}
