import {
  FactoryError,
  type DigestRef,
  type ReleaseRecord,
  type RenderedImage,
  type Sha256,
} from '../model/index.ts';
import { PREDICATE_TYPE } from '../oci/index.ts';
import type { Compared, PreviousRelease } from '../stages/gate/index.ts';
import { parseLockPredicate, parseTestPredicate, readAttestation } from '../stages/sign/index.ts';
import type { RunDeps } from './deps.ts';
import { placesOf, renderImage } from './plan-image.ts';

type CompareDeps = Pick<
  RunDeps,
  | 'catalog'
  | 'goldenPrefix'
  | 'registryAddress'
  | 'registry'
  | 'verify'
  | 'templates'
  | 'platforms'
  | 'compression'
  | 'locks'
>;

/** What a new build is compared with. */
export interface Comparison {
  readonly compared?: Compared;
  /** Why there is nothing to compare with, where there should be. */
  readonly notices: readonly string[];
}

/**
 * Reads from its attestations what the newest release holds and what it was made of. One that does not tell, or tells
 * it as this version cannot read, stops no release: it could never be replaced.
 */
export async function compareWithRelease(
  rendered: RenderedImage,
  { released, tests }: { readonly released: ReleaseRecord | undefined; readonly tests: Tests },
  deps: CompareDeps,
): Promise<Comparison> {
  if (released === undefined) {
    return { notices: [] };
  }
  const { locked, inputs } = rendered;
  const ref = { repository: placesOf(locked.entry, deps).repository, digest: released.digest };
  const previous = await readPrevious(released, ref, deps);
  if (previous === undefined) {
    const tag = released.tags.unique;
    return { notices: [`what ${tag} holds cannot be read from it: drift was not looked for`] };
  }
  const compared = {
    origin: { lock: locked.lock, inputs },
    dockerfileOf: (version: string) =>
      renderImage({ ...locked, lock: { ...locked.lock, version } }, tests, deps).inputs.dockerfile,
    previous,
  };
  return { compared, notices: [] };
}

type Tests = Readonly<Record<string, Sha256>>;

async function readPrevious(
  released: ReleaseRecord,
  ref: DigestRef,
  deps: CompareDeps,
): Promise<PreviousRelease | undefined> {
  const report = await readAttestation(ref, PREDICATE_TYPE.testResult, deps);
  const lock = await readAttestation(ref, PREDICATE_TYPE.lock, deps);
  if (report === undefined || lock === undefined) {
    return undefined;
  }
  try {
    return {
      tag: released.tags.unique,
      contents: parseTestPredicate(report).contents,
      origin: parseLockPredicate(lock),
    };
  } catch (error) {
    if (error instanceof FactoryError && error.code === 'REGISTRY_INVALID') {
      return undefined;
    }
    throw error;
  }
}
