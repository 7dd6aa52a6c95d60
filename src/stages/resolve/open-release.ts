import { verifyRelease, type VerifiedRelease } from '../../debian/index.ts';
import { FactoryError, isDebianArchive } from '../../model/index.ts';
import { recallRelease, rememberRelease, type AcceptedRelease } from './accepted-release.ts';
import { digestOf } from './content-digest.ts';
import type { ResolveDeps } from './deps.ts';
import { keysOf, urlOf } from './signed-archive.ts';
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

interface Asked {
  readonly url: string;
  readonly known: AcceptedRelease | undefined;
}

/**
 * A suite's InRelease from the mirror, or, when it cannot be reached, the last one accepted from it.
 * Cached bytes are verified like fetched ones.
 */
export async function openRelease(name: SuiteName, deps: ResolveDeps): Promise<OpenRelease> {
  const url = `${urlOf(name.archive, deps)}/dists/${name.suite}/InRelease`;
  const known = await recallRelease(name, url, deps);
  try {
    return await openFetched(name, { url, known }, deps);
  } catch (error) {
    if (known !== undefined && error instanceof FactoryError && error.code === 'NETWORK_FAILED') {
      return openStale(name, { known, outage: error }, deps);
    }
    throw error;
  }
}

async function openFetched(name: SuiteName, asked: Asked, deps: ResolveDeps): Promise<OpenRelease> {
  const { url, known } = asked;
  const { bytes, validators } = await fetchRelease(name, asked, deps);
  const release = await verify(name, { bytes, newestAccepted: known?.newestDate }, deps);
  if (bytes !== known?.bytes) {
    const content = { what: `InRelease of ${name.suite}`, maxBytes: MAX_IN_RELEASE_BYTES };
    await deps.cache.put(digestOf(release.sha256), [bytes], content);
  }
  await rememberRelease(name, { release, url, validators }, deps);
  return { release, stale: false, checkedAt: deps.runStartedAt };
}

/** The copy at hand is still subject to its signature, Valid-Until and rollback. */
async function openStale(
  name: SuiteName,
  { known, outage }: { readonly known: AcceptedRelease; readonly outage: FactoryError },
  deps: ResolveDeps,
): Promise<OpenRelease> {
  const { bytes, newestDate, checkedAt } = known;
  if (bytes === undefined) {
    throw outage;
  }
  const release = await verify(name, { bytes, newestAccepted: newestDate }, deps).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FactoryError(
      'NETWORK_FAILED',
      `cannot open suite "${name.suite}": ${outage.message}; nor is the copy in the cache of use: ${reason}`,
      { ...(outage.hint === undefined ? {} : { hint: outage.hint }), cause: error },
    );
  });
  const message = `${name.suite}: ${outage.message}; going on with the index of ${release.date.toISOString()}`;
  deps.emit({ kind: 'notice', level: 'warn', message });
  return { release, stale: true, checkedAt };
}

interface FetchedRelease {
  readonly bytes: Uint8Array;
  readonly validators: AcceptedRelease['validators'];
}

async function fetchRelease(
  name: SuiteName,
  { url, known }: Asked,
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
  throw noRelease(name);
}

function noRelease({ archive, suite }: SuiteName): FactoryError {
  return isDebianArchive(archive)
    ? new FactoryError('INDEX_INVALID', `cannot open suite "${suite}": the mirror has no InRelease of it`, {
        hint: `check the suite's name, and that the mirror in apt's sources (or INGOT_DEBIAN_MIRROR) carries ${suite}`,
      })
    : new FactoryError(
        'INDEX_INVALID',
        `cannot open suite "${suite}" of repository "${archive}": it has no InRelease at dists/${suite}`,
        {
          hint: 'correct "url" or "suites" of the repository in catalog.json; one that is flat, or has only Release.gpg, is not read',
        },
      );
}

async function verify(
  { archive, suite }: SuiteName,
  { bytes, newestAccepted }: { readonly bytes: Uint8Array; readonly newestAccepted: Date | undefined },
  deps: ResolveDeps,
): Promise<VerifiedRelease> {
  const rollback = newestAccepted === undefined ? {} : { newestAccepted };
  const keys = await keysOf(archive, deps);
  return verifyRelease(bytes, { keys, suite, now: deps.runStartedAt, ...rollback });
}
