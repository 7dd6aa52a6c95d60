import canonicalize from 'canonicalize';
import type { GateVerdict, ImageOutcome, ReleaseRecord, RememberedVerdict } from '../model/index.ts';
import { sha256Of } from '../oci/index.ts';
import { followVerdict } from '../stages/gate/index.ts';
import { readVerdict, writeVerdict } from '../stages/sign/index.ts';
import type { RunDeps } from './deps.ts';
import { placesOf } from './plan-image.ts';

/** What was judged, and the release that remembers it. */
export interface Judged extends Pick<RememberedVerdict, 'judged' | 'buildId'> {
  readonly entry: Parameters<typeof placesOf>[0];
  /** The track's newest release; undefined where nothing is published yet. */
  readonly released: ReleaseRecord | undefined;
}

/** What a report tells of an image that policy says no to. */
export type ToldVerdict = Pick<
  Extract<ImageOutcome, { readonly kind: 'blocked' }>,
  'failingSince' | 'isNews' | 'published'
>;

type FollowDeps = Pick<
  RunDeps,
  'catalog' | 'goldenPrefix' | 'registryAddress' | 'registry' | 'verify' | 'sign' | 'runStartedAt'
>;

/**
 * Compares a verdict with what the release remembers, and has it remember this one, in every namespace. Where nothing
 * is published, nobody uses the image and nothing can remember: each no is news to whoever wants its first release.
 */
export async function rememberVerdict(
  verdict: GateVerdict,
  { entry, released, judged, buildId }: Judged,
  deps: FollowDeps,
): Promise<ToldVerdict> {
  const at = deps.runStartedAt.toISOString();
  if (released === undefined) {
    return { failingSince: at, isNews: true };
  }
  const { repository, copies } = placesOf(entry, deps);
  const { digest } = released;
  const before = await readVerdict({ repository, digest }, deps);
  const policy = sha256Of(canonicalize(deps.catalog.policy) ?? '');
  const { remembered, isNews, hasChanged } = followVerdict(before, { verdict, judged, buildId, policy, at });
  if (hasChanged) {
    // the golden repository last: it is the one that is read
    for (const place of [...copies, repository]) {
      await writeVerdict({ repository: place, digest }, remembered, deps.sign);
    }
  }
  const ref = { repository, digest };
  return { failingSince: remembered.since, isNews, published: { ref, record: released } };
}
