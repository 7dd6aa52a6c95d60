import { gunzipSync } from 'node:zlib';
import {
  heldText,
  indexFile,
  parseScan,
  scanText,
  verifyIndex,
  type IndexText,
  type VerifiedIndex,
  type VerifiedRelease,
} from '../../debian/index.ts';
import { FactoryError, isDebianArchive, type DebianArchitecture } from '../../model/index.ts';
import { digestOf } from './content-digest.ts';
import type { ResolveDeps } from './deps.ts';
import { urlOf } from './signed-archive.ts';
import type { SuiteName } from './suites.ts';

/** Debian's largest has 10 MB. What an index has to have exactly is for the cache to check. */
const MAX_INDEX_BYTES = 128 << 20;

/**
 * The Packages file of the suite's component: from the cache, else from the mirror. What is found in it is kept between
 * runs, and is believed as what else is in the cache; its text is verified each time.
 */
export async function openIndex(
  suite: SuiteName & { readonly release: VerifiedRelease },
  architecture: DebianArchitecture,
  deps: ResolveDeps,
): Promise<VerifiedIndex> {
  const path = `${suite.component}/binary-${architecture}/Packages`;
  const { sha256 } = indexFile(suite.release, path);
  const name = `index ${suite.archive} ${suite.suite} ${path}`;
  const scan = parseScan(await deps.state.read(name), sha256);
  const index = await openText(suite, { path, scan }, deps);
  if (scan === undefined) {
    await deps.state.write(name, scanText(index.scan, sha256));
  }
  return index;
}

interface Opening {
  readonly path: string;
  /** What is known of its text. */
  readonly scan: VerifiedIndex['scan'] | undefined;
}

async function openText(
  suite: SuiteName & { readonly release: VerifiedRelease },
  { path, scan }: Opening,
  deps: ResolveDeps,
): Promise<VerifiedIndex> {
  const { sha256, size } = indexFile(suite.release, path);
  const digest = digestOf(sha256);
  const cached = await deps.cache.openUnverified(digest);
  if (cached !== undefined) {
    const verified = verifyCached(cached, { path, scan }, suite.release);
    if (verified !== undefined) {
      return verified;
    }
    await deps.cache.remove(digest);
  }
  const text = await fetchText(suite, { path, size }, deps);
  const index = verifyIndex(suite.release, path, { ...heldText(text), scan });
  await deps.cache.put(digest, [text], { what: `${path} of ${suite.suite}`, maxBytes: text.byteLength });
  return index;
}

/** Nothing for a damaged file: it is the cache's fault, not the archive's. */
function verifyCached(
  text: IndexText,
  { path, scan }: Opening,
  release: VerifiedRelease,
): VerifiedIndex | undefined {
  try {
    return verifyIndex(release, path, { ...text, scan });
  } catch (error) {
    if (error instanceof FactoryError && error.code === 'DIGEST_MISMATCH') {
      return undefined;
    }
    throw error;
  }
}

/** Debian has .xz always; many other repositories have .gz alone. */
async function fetchText(
  suite: SuiteName & { readonly release: VerifiedRelease },
  { path, size }: { readonly path: string; readonly size: number },
  deps: ResolveDeps,
): Promise<Uint8Array> {
  if (!isDebianArchive(suite.archive) && !suite.release.files.has(`${path}.xz`)) {
    const bytes = await fetchCompressed(suite, `${path}.gz`, deps);
    return gunzipSync(bytes, { maxOutputLength: Math.max(size, 1) });
  }
  const { xz } = await import('@napi-rs/lzma');
  return xz.decompress(await fetchCompressed(suite, `${path}.xz`, deps));
}

async function fetchCompressed(
  suite: SuiteName & { readonly release: VerifiedRelease },
  path: string,
  deps: ResolveDeps,
): Promise<Uint8Array> {
  const digest = digestOf(indexFile(suite.release, path).sha256);
  if ((await deps.cache.find(digest)) === undefined) {
    await download(suite, path, deps);
  }
  const bytes = await deps.cache.readUnverified(digest);
  if (bytes === undefined) {
    throw new FactoryError(
      'STORAGE_FAILED',
      `cannot read ${path} of ${suite.suite}: it vanished from the cache`,
    );
  }
  return bytes;
}

/**
 * By digest where the archive offers that (Acquire-By-Hash): such a file stays while the mirror changes to
 * newer indexes. Else, and on mirrors that do not carry those paths, by name.
 */
async function download(
  { archive, suite, release }: SuiteName & { readonly release: VerifiedRelease },
  path: string,
  deps: ResolveDeps,
): Promise<void> {
  const { http, cache, downloads, signal } = deps;
  const { byHash, sha256, size } = indexFile(release, path);
  for (const place of byHash === undefined ? [path] : [byHash, path]) {
    const url = `${urlOf(archive, deps)}/dists/${suite}/${place}`;
    const answer = await http.stream(url, { maxBytes: MAX_INDEX_BYTES, signal });
    if (answer.kind === 'found') {
      downloads.expect(size);
      const content = { what: `${path} of ${suite}`, maxBytes: size };
      await cache
        .put(digestOf(sha256), downloads.counted(answer.chunks), content)
        .catch((error: unknown) => throwExplained(error, content.what, release));
      return;
    }
  }
  throw new FactoryError('INDEX_INVALID', `cannot fetch ${path} of ${suite}: the mirror does not have it`, {
    hint: 'the mirror is in the middle of an update, or carries other architectures only: run again in some minutes',
  });
}

/** Other bytes under the right name mean, nearly always, a mirror that has changed one file and not yet the other. */
function throwExplained(error: unknown, what: string, release: VerifiedRelease): never {
  if (!(error instanceof FactoryError) || error.code !== 'DIGEST_MISMATCH') {
    throw error;
  }
  throw new FactoryError(
    'DIGEST_MISMATCH',
    `cannot use ${what}: it is not the file that the signed InRelease of ${release.date.toISOString()} names`,
    {
      hint: 'the mirror is in the middle of an update: run again in some minutes, or use another one',
      cause: error,
    },
  );
}
