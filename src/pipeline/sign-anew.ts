import type { BuildId, DigestRef, ImageRepositories, ReleaseRecord } from '../model/index.ts';
import { parseTag } from '../oci/index.ts';
import { isComplete, isOurs, promote } from '../stages/promote/index.ts';
import { attachMetadata, publicKeyOf, readMetadata, sign, signLayoutAnew } from '../stages/sign/index.ts';
import { attestedRelease } from './attested-release.ts';
import type { RunDeps } from './deps.ts';
import { placesOf, type PlannedImage } from './plan-image.ts';
import type { StageClock } from './stage-clock.ts';

/**
 * A release of a key that was replaced is signed with today's: signatures, attestations and layout as they are, and a
 * record of its own, before the day comes from which the old key no longer counts. Nothing is built for it, and no tag
 * moves.
 *
 * @returns the release that counts now; undefined where there is none
 */
export async function signAnew(
  { rendered, released }: PlannedImage,
  deps: RunDeps,
  clock: StageClock,
): Promise<ReleaseRecord | undefined> {
  const places = placesOf(rendered.locked.entry, deps);
  if (released === undefined || (await isOurs(released, places, deps.sign))) {
    return released;
  }
  // what is not all there is made again, and then signed with today's key
  if (!(await isComplete(released, places, deps))) {
    return released;
  }
  return clock.run(
    'sign',
    () => signRelease(released, places, deps),
    () => 'with the new key',
  );
}

async function signRelease(
  released: ReleaseRecord,
  { repository, copies }: ImageRepositories,
  deps: RunDeps,
): Promise<ReleaseRecord> {
  const { digest } = released;
  const ref = { repository, digest };
  const published = {
    ref,
    copies: copies.map((copy) => ({ repository: copy, digest })),
    buildId: released.buildId as BuildId,
  };
  const signed = await sign({ published, ...(await attestedRelease(ref, deps)) }, deps.sign);
  for (const each of [ref, ...published.copies]) {
    await signLayout(each, deps);
  }
  const release = {
    ...released,
    track: parseTag(released.track),
    promotedAt: deps.runStartedAt.toISOString(),
  };
  return (await promote(signed, release, deps.sign)).record;
}

async function signLayout(ref: DigestRef, deps: RunDeps): Promise<void> {
  const files = await readMetadata(ref, deps.registry);
  if (files !== undefined) {
    const owner = { key: publicKeyOf(deps.publicKey), signer: deps.sign.signer };
    await attachMetadata(ref, await signLayoutAnew(files, owner, deps.verify), deps.registry);
  }
}
