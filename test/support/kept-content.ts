import type { KeptContent } from '../../src/oci/index.ts';

/** Of one test. */
export function keptContent(): KeptContent {
  const contents = new Map<string, Uint8Array>();
  return {
    find: (digest) => Promise.resolve(contents.get(digest)),
    keep: (digest, bytes) => {
      contents.set(digest, bytes);
      return Promise.resolve();
    },
  };
}
