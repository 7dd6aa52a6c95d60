import type { ContentCache } from '../host/content-cache.ts';
import { digestOfIntegrity } from './integrity.ts';
import type { Store } from './source.ts';

const MAX_RELEASE_BYTES = 1 << 30;

/** A release that has to be looked into. */
export interface WantedRelease {
  readonly integrity: string;
  /** For messages. */
  readonly what: string;
  readonly fetch: (store: Store) => Promise<string>;
}

/** The verified bytes of a release, fetched into the cache if they are not there. */
export async function cachedBytes(
  { integrity, what, fetch }: WantedRelease,
  cache: ContentCache,
): Promise<Uint8Array> {
  const digest = digestOfIntegrity(integrity);
  if ((await cache.find(digest)) === undefined) {
    await fetch((chunks) => cache.put(digest, chunks, { what, maxBytes: MAX_RELEASE_BYTES }));
  }
  // both ways here have just hashed it
  return (await cache.readUnverified(digest)) ?? new Uint8Array();
}
