import { FactoryError } from '../../model/index.ts';
import type { DigestRef, ReleaseRecord, Sha256, WithdrawnRelease } from '../../model/index.ts';
import { referenceText } from '../../oci/index.ts';

/** Whether a track went back from this image before. */
export function findWithdrawn(
  digest: Sha256,
  newest: Pick<ReleaseRecord, 'withdrawn'> | undefined,
): WithdrawnRelease | undefined {
  return newest?.withdrawn?.find((release) => release.digest === digest);
}

export function assertNotWithdrawn(ref: DigestRef, newest: ReleaseRecord | undefined): void {
  const found = findWithdrawn(ref.digest, newest);
  if (found !== undefined) {
    throw new FactoryError(
      'RELEASE_WITHDRAWN',
      `cannot release ${referenceText(ref)}: it was ${found.tag}, and withdrawn on ${found.at}: ${found.reason}`,
      { hint: 'what is published stays; a build of other inputs is released again' },
    );
  }
}

/** The field of a further record: what was withdrawn stays so. */
export function withdrawnWith(
  newest: Pick<ReleaseRecord, 'withdrawn'> | undefined,
  more: readonly WithdrawnRelease[] = [],
): Pick<ReleaseRecord, 'withdrawn'> {
  const withdrawn = [...(newest?.withdrawn ?? []), ...more];
  return withdrawn.length === 0 ? {} : { withdrawn };
}
