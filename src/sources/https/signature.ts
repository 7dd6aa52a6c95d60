import type { ContentCache } from '../../host/content-cache.ts';
import type { SignaturePlace } from '../../model/index.ts';
import { verifyClearsigned, verifyDetached, type KeyTrust } from '../../openpgp/index.ts';
import { cachedBytes } from '../cached-bytes.ts';
import type { Store } from '../source.ts';
import { verified } from '../trust.ts';
import { textOf, type Web } from '../web.ts';
import type { Release } from './release.ts';
import { expand } from './url-template.ts';

export interface SignatureDeps {
  readonly web: Web;
  readonly cache: ContentCache;
  /** ASCII-armoured keys in files of the catalog's folder. */
  readonly readKeys: (paths: readonly string[]) => Promise<readonly string[]>;
  readonly runStartedAt: Date;
}

export interface OpenedChecksums {
  readonly text: string;
  readonly signedBy?: string;
}

/** What of a checksum file may be believed: all of it where no signature is demanded, else what is signed. */
export async function openChecksums(
  { request: { signature }, variables, what }: Release,
  bytes: Uint8Array,
  deps: SignatureDeps,
): Promise<OpenedChecksums> {
  if (signature?.of !== 'checksums') {
    return { text: textOf(bytes) };
  }
  const trust = await trustOf(signature, deps);
  const { url } = signature;
  return verified(`checksums of ${what}`, async () => {
    if (url === undefined) {
      return verifyClearsigned(bytes, trust);
    }
    const detached = await deps.web.read(expand(url, variables));
    return { text: textOf(bytes), signedBy: await verifyDetached(bytes, detached, trust) };
  });
}

/** Fetches the release to see whether it is signed itself; nothing where the stack does not demand that. */
export async function signerOfRelease(
  { request: { signature }, variables, what, url }: Release,
  integrity: string,
  deps: SignatureDeps,
): Promise<string | undefined> {
  if (signature?.of !== 'release' || signature.url === undefined) {
    return undefined;
  }
  const trust = await trustOf(signature, deps);
  const detached = await deps.web.read(expand(signature.url, variables));
  const release = { integrity, what, fetch: (store: Store) => deps.web.store(url, store) };
  const bytes = await cachedBytes(release, deps.cache);
  return verified(what, () => verifyDetached(bytes, detached, trust));
}

async function trustOf(
  { keys }: SignaturePlace,
  { readKeys, runStartedAt }: SignatureDeps,
): Promise<KeyTrust> {
  return { keys: await readKeys(keys), now: runStartedAt };
}
