import { verifyRelease, type VerifiedRelease } from '../../debian/index.ts';
import { FactoryError } from '../../model/index.ts';
import { recallRelease, rememberRelease, type AcceptedRelease } from './accepted-release.ts';
import { digestOf } from './content-digest.ts';
import type { ResolveDeps } from './deps.ts';
import type { SuiteName } from './suites.ts';

/** Debian's are 50 to 250 kB. */
const MAX_IN_RELEASE_BYTES = 8 << 20;

export interface OpenRelease {
  readonly release: VerifiedRelease;
  /** The mirror did not answer: this is the newest copy at hand. */
  readonly stale: boolean;
  /** When a mirror last answered for this suite. */
  readonly checkedAt: Date;
}

/**
 * A suite's InRelease from the mirror, or, when it cannot be reached, the last one accepted from it.
 * Cached bytes are verified like fetched ones.
 */
export async function openRelease(name: SuiteName, deps: ResolveDeps): Promise<OpenRelease> {
  const url = `${deps.mirrors[name.archive]}/dists/${name.suite}/InRelease`;
  const known = await recallRelease(name, url, deps);
  let fetched: FetchedRelease;
  try {
    fetched = await fetchRelease(name, { url, known }, deps);
  } catch (error) {
    if (known?.bytes === undefined || !isUnreachable(error)) {
      throw error;
    }
    return openStale(name, { ...known, bytes: known.bytes, reason: error }, deps);
  }
  const release = await verify(name, { bytes: fetched.bytes, newestAccepted: known?.newestDate }, deps);
  if (fetched.bytes !== known?.bytes) {
    await deps.cache.put(digestOf(release.sha256), [fetched.bytes], {
      what: `InRelease of ${name.suite}`,
      maxBytes: MAX_IN_RELEASE_BYTES,
    });
  }
  await rememberRelease(release, { url, validators: fetched.validators }, deps);
  return { release, stale: false, checkedAt: deps.runStartedAt };
}

interface FetchedRelease {
  readonly bytes: Uint8Array;
  readonly validators: AcceptedRelease['validators'];
}

async function fetchRelease(
  { suite }: SuiteName,
  { url, known }: { readonly url: string; readonly known: AcceptedRelease | undefined },
  { http, signal }: ResolveDeps,
): Promise<FetchedRelease> {
  const answer = await http.get(url, { maxBytes: MAX_IN_RELEASE_BYTES, signal, ...known?.validators });
  if (answer.kind === 'fresh') {
    const { kind: _, bytes, ...validators } = answer;
    return { bytes, validators };
  }
  if (answer.kind === 'not-modified' && known?.bytes !== undefined) {
    return { bytes: known.bytes, validators: known.validators };
  }
  throw new FactoryError('INDEX_INVALID', `cannot open suite "${suite}": the mirror has no InRelease of it`, {
    hint: `check the suite's name, and that the mirror in apt's sources (or INGOT_DEBIAN_MIRROR) carries ${suite}`,
  });
}

/** Still subject to its signature, Valid-Until and rollback; what is wrong with it is told beside the outage. */
async function openStale(
  name: SuiteName,
  known: AcceptedRelease & { readonly bytes: Uint8Array; readonly reason: unknown },
  deps: ResolveDeps,
): Promise<OpenRelease> {
  const release = await verify(name, { bytes: known.bytes, newestAccepted: known.newestDate }, deps);
  deps.emit({
    kind: 'notice',
    level: 'warn',
    message: `${name.suite}: the mirror cannot be reached, going on with the index of ${release.date.toISOString()}`,
  });
  return { release, stale: true, checkedAt: known.checkedAt };
}

function verify(
  { suite }: SuiteName,
  { bytes, newestAccepted }: { readonly bytes: Uint8Array; readonly newestAccepted: Date | undefined },
  { keys, runStartedAt }: ResolveDeps,
): Promise<VerifiedRelease> {
  const rollback = newestAccepted === undefined ? {} : { newestAccepted };
  return verifyRelease(bytes, { keys, suite, now: runStartedAt, ...rollback });
}

function isUnreachable(error: unknown): boolean {
  return error instanceof FactoryError && error.code === 'NETWORK_FAILED';
}
