import { createHash } from 'node:crypto';
import type { Sha256 } from '../model/index.ts';
import { parseSha256 } from './digest.ts';
import { parseRepository } from './reference.ts';
import type { RepositoryName } from './reference.ts';
import { expectStatus, registryError } from './registry-error.ts';
import type { RegistryRequest, RegistryTransport } from './registry-transport.ts';
import type { WireResponse } from './wire.ts';

/** A blob to upload. `open` is called again for every attempt. */
export interface BlobUpload {
  readonly digest: Sha256;
  /** Bytes. */
  readonly size: number;
  readonly open: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Repository that may hold it already; mounted from there where the registry can. */
  readonly mountFrom?: string;
}

/** OCI distribution spec 1.1 "Pushing blobs": POST opens a session or mounts, PUT sends everything and closes it. */
export async function uploadBlob(
  repository: string,
  blob: BlobUpload,
  transport: RegistryTransport,
): Promise<void> {
  const doing = `upload blob ${blob.digest} to ${repository}`;
  const to = parseRepository(repository);
  const mount = mountQuery(to, blob);
  const open: RegistryRequest = {
    method: 'POST',
    registry: to.registry,
    scopes: [`repository:${to.name}:pull,push`, ...mount.scopes],
    location: `/v2/${to.name}/blobs/uploads/${mount.query}`,
    doing,
  };
  const opened = await transport.exchange(open);
  expectStatus(opened, [201, 202], doing);
  if (opened.status === 201) {
    return;
  }
  const location = sessionLocation(opened, open, blob.digest);
  const headers = { 'content-type': 'application/octet-stream', 'content-length': String(blob.size) };
  const upload: RegistryRequest = {
    ...open,
    method: 'PUT',
    location,
    headers,
    body: () => checkedContent(blob, doing),
  };
  const closed = await transport.exchange(upload);
  expectStatus(closed, [201], doing);
}

/** Mounting works within one registry, and needs read access to where the blob is. */
function mountQuery(
  to: RepositoryName,
  blob: BlobUpload,
): { readonly query: string; readonly scopes: readonly string[] } {
  const from = blob.mountFrom === undefined ? undefined : parseRepository(blob.mountFrom);
  if (from?.registry !== to.registry) {
    return { query: '', scopes: [] };
  }
  const query = new URLSearchParams({ mount: blob.digest, from: from.name });
  return { query: `?${query.toString()}`, scopes: [`repository:${from.name}:pull`] };
}

/** `Location` may be relative, and has its own query to keep. */
function sessionLocation(opened: WireResponse, request: RegistryRequest, digest: Sha256): string {
  const location = opened.headers['location'];
  if (location === undefined) {
    throw registryError({
      code: 'REGISTRY_INVALID',
      doing: request.doing,
      reason: 'expected a Location for the upload',
    });
  }
  const separator = location.includes('?') ? '&' : '?';
  return `${location}${separator}digest=${encodeURIComponent(digest)}`;
}

/** Holds the last chunk back until the digest is known: content that changed never completes an upload. */
async function* checkedContent(blob: BlobUpload, doing: string): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let last: Uint8Array | undefined;
  for await (const chunk of blob.open()) {
    if (last !== undefined) {
      yield last;
    }
    hash.update(chunk);
    last = chunk;
  }
  const got = parseSha256(`sha256:${hash.digest('hex')}`);
  if (got !== blob.digest) {
    throw registryError({ code: 'DIGEST_MISMATCH', doing, reason: `its bytes changed, got ${got}` });
  }
  if (last !== undefined) {
    yield last;
  }
}
