import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { InternalError } from '../model/index.ts';
import type { Descriptor, Sha256, Tag } from '../model/index.ts';
import { uploadBlob } from './blob-upload.ts';
import type { BlobUpload } from './blob-upload.ts';
import { assertDigest, isSha256, parseSha256, sha256Of } from './digest.ts';
import { DOCKER_MEDIA_TYPE, MEDIA_TYPE } from './media-types.ts';
import { deleteManifest, getReferrers, putReferrer } from './referrers-api.ts';
import type { PutReferrer } from './referrers-api.ts';
import {
  expectStatus,
  registryError,
  saysBlobUnknown,
  saysTagIsTaken,
  tagTakenError,
} from './registry-error.ts';
import { nextPage, repositoryRequest } from './registry-request.ts';
import { createTransport } from './registry-transport.ts';
import type { RegistryDeps, RegistryRequest, RegistryTransport } from './registry-transport.ts';
import { parseJson } from './schema.ts';
import { isTag } from './tag.ts';

/** A manifest exactly as it is stored. */
export interface StoredManifest {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface FoundManifest extends StoredManifest {
  readonly digest: Sha256;
}

/**
 * The OCI distribution spec 1.1, as far as ingot needs it. Repositories are named with their registry,
 * `127.0.0.1:5000/golden/python`. What is absent is `undefined` or `false`, never an error.
 */
export interface RegistryClient {
  headManifest(repository: string, reference: Sha256 | Tag): Promise<Pick<Descriptor, 'digest'> | undefined>;
  /** Bytes are checked against the digest they were asked by. */
  getManifest(repository: string, reference: Sha256 | Tag): Promise<FoundManifest | undefined>;
  /** Reads back what it wrote: a registry that stores other bytes is refused. */
  putManifest(repository: string, reference: Sha256 | Tag, manifest: StoredManifest): Promise<Sha256>;
  hasBlob(repository: string, digest: Sha256): Promise<boolean>;
  /** Does not ask whether the blob is there already. */
  putBlob(repository: string, blob: BlobUpload): Promise<void>;
  getBlob(repository: string, digest: Sha256, maxBytes: number): Promise<Uint8Array>;
  /**
   * A blob that is too large to be held. `receive` starts anew for every attempt, and has to compare what came with the
   * digest: nobody else sees all of it.
   */
  streamBlob<T>(repository: string, blob: BlobName, receive: ReceiveBlob<T>): Promise<T>;
  /** Empty for a repository that does not exist. */
  listTags(repository: string): Promise<readonly Tag[]>;
  /** What the registry lists under a subject; undefined where it has no referrers API. */
  getReferrers(repository: string, subject: Sha256): Promise<readonly Descriptor[] | undefined>;
  /** Writes a manifest with a subject by its digest, and reads it back. */
  putReferrer(repository: string, manifest: StoredManifest): Promise<PutReferrer>;
  /** False where the registry deletes nothing. What is not there is deleted. */
  deleteManifest(repository: string, digest: Sha256): Promise<boolean>;
}

export type BlobName = Pick<Descriptor, 'digest' | 'size'>;
export type ReceiveBlob<T> = (chunks: AsyncIterable<Uint8Array>) => Promise<T>;

/** Requests to registries run in this pool (p-limit's shape); nothing that waits for it may run in it. */
export interface RegistryPool {
  map<T, R>(items: Iterable<T>, task: (item: T) => Promise<R>): Promise<R[]>;
}

/** The spec's own limit for manifests, "Pushing manifests". */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
/** docker-registry moves an upload to its place within milliseconds. */
const BLOB_SETTLES_MS = 500;
const MAX_TAG_PAGES = 1000;
const MAX_ANSWER_BYTES = 64 * 1024;
/** A registry answers with Docker's types, or 404, where it has no other; who reads manifests says which it takes. */
const ACCEPT = [
  MEDIA_TYPE.index,
  MEDIA_TYPE.manifest,
  DOCKER_MEDIA_TYPE.index,
  DOCKER_MEDIA_TYPE.manifest,
].join(', ');

const TagsSchema = z.object({ tags: z.array(z.string()).nullable().optional() });

export function createRegistryClient(deps: RegistryDeps): RegistryClient {
  const transport = createTransport(deps);
  return {
    headManifest: (repository, reference) => headManifest({ repository, reference }, transport),
    getManifest: (repository, reference) => getManifest({ repository, reference }, transport),
    putManifest: (repository, reference, manifest) =>
      putManifest({ repository, reference }, manifest, transport),
    hasBlob: (repository, digest) => hasBlob(repository, digest, transport),
    putBlob: (repository, blob) => transport.retrying(() => uploadBlob(repository, blob, transport)),
    getBlob: (repository, digest, maxBytes) => getBlob(repository, { digest, maxBytes }, transport),
    streamBlob: (repository, blob, receive) => streamBlob({ repository, ...blob }, receive, transport),
    listTags: (repository) => listTags(repository, transport),
    getReferrers: (repository, subject) => getReferrers({ repository, digest: subject }, transport),
    putReferrer: async (repository, manifest) => {
      const put = await putReferrer(repository, manifest, transport);
      await assertStored({ repository, reference: put.digest }, manifest, transport);
      return put;
    },
    deleteManifest: (repository, digest) => deleteManifest({ repository, digest }, transport),
  };
}

interface ManifestName {
  readonly repository: string;
  readonly reference: Sha256 | Tag;
}

async function headManifest(
  name: ManifestName,
  transport: RegistryTransport,
): Promise<Pick<Descriptor, 'digest'> | undefined> {
  const doing = `look up ${manifestText(name)}`;
  const request = manifestRequest(name, { method: 'HEAD', doing, headers: { accept: ACCEPT } });
  const response = await transport.retrying(() => transport.exchange(request));
  if (response.status === 404) {
    return undefined;
  }
  expectStatus(response, [200, 404], doing);
  const digest = response.headers['docker-content-digest'];
  // The header is only a SHOULD of the spec; without it the bytes say.
  if (digest === undefined) {
    return getManifest(name, transport);
  }
  return { digest: parseSha256(digest) };
}

async function getManifest(
  name: ManifestName,
  transport: RegistryTransport,
): Promise<FoundManifest | undefined> {
  const doing = `read ${manifestText(name)}`;
  const request = manifestRequest(name, { method: 'GET', doing, headers: { accept: ACCEPT } });
  const response = await transport.retrying(() =>
    transport.exchange({ ...request, maxBytes: MAX_MANIFEST_BYTES }),
  );
  if (response.status === 404) {
    return undefined;
  }
  expectStatus(response, [200, 404], doing);
  if (isSha256(name.reference)) {
    assertDigest(response.body, name.reference, manifestText(name));
  }
  const mediaType = response.headers['content-type'] ?? '';
  return { mediaType, bytes: response.body, digest: sha256Of(response.body) };
}

async function putManifest(
  name: ManifestName,
  manifest: StoredManifest,
  transport: RegistryTransport,
): Promise<Sha256> {
  const doing = `write ${manifestText(name)}`;
  const headers = { 'content-type': manifest.mediaType };
  const request = manifestRequest(name, { method: 'PUT', doing, headers, body: () => manifest.bytes });
  let response = await transport.retrying(() => transport.exchange(request));
  if (saysBlobUnknown(response)) {
    // it was asked for and found, and another upload of the same bytes was just being written
    await delay(BLOB_SETTLES_MS);
    response = await transport.retrying(() => transport.exchange(request));
  }
  if (saysTagIsTaken(response)) {
    return assertSame(name, manifest, transport);
  }
  expectStatus(response, [201], doing);
  return assertStored(name, manifest, transport);
}

/** Another run may have written the same: then there is nothing to do. */
async function assertSame(
  name: ManifestName,
  manifest: StoredManifest,
  transport: RegistryTransport,
): Promise<Sha256> {
  const found = await getManifest(name, transport);
  const expected = sha256Of(manifest.bytes);
  if (found?.digest !== expected) {
    throw tagTakenError(`write ${manifestText(name)}`, found?.digest, expected);
  }
  return expected;
}

async function assertStored(
  name: ManifestName,
  manifest: StoredManifest,
  transport: RegistryTransport,
): Promise<Sha256> {
  const stored = await getManifest(name, transport);
  const expected = sha256Of(manifest.bytes);
  if (stored?.digest !== expected) {
    throw registryError({
      code: 'DIGEST_MISMATCH',
      doing: `write ${manifestText(name)}`,
      reason: `expected to read ${expected} back, got ${stored?.digest ?? 'nothing'}`,
      hint: 'if another run publishes the same image right now, run again when it has ended',
    });
  }
  return expected;
}

function blobRequest(
  { repository, digest }: { readonly repository: string; readonly digest: Sha256 },
  { method, doing }: Pick<RegistryRequest, 'method' | 'doing'>,
): ReturnType<typeof repositoryRequest> {
  return repositoryRequest(repository, { method, path: `blobs/${digest}`, access: 'pull', doing });
}

async function hasBlob(repository: string, digest: Sha256, transport: RegistryTransport): Promise<boolean> {
  const doing = `look up blob ${digest} of ${repository}`;
  const request = blobRequest({ repository, digest }, { method: 'HEAD', doing });
  const response = await transport.retrying(() => transport.exchange(request));
  expectStatus(response, [200, 404], doing);
  return response.status === 200;
}

async function getBlob(
  repository: string,
  { digest, maxBytes }: { readonly digest: Sha256; readonly maxBytes: number },
  transport: RegistryTransport,
): Promise<Uint8Array> {
  const doing = `read blob ${digest} of ${repository}`;
  const request = blobRequest({ repository, digest }, { method: 'GET', doing });
  const response = await transport.retrying(() => transport.exchange({ ...request, maxBytes }));
  expectStatus(response, [200], doing);
  assertDigest(response.body, digest, `blob ${digest} of ${repository}`);
  return response.body;
}

async function streamBlob<T>(
  { repository, digest, size }: BlobName & { readonly repository: string },
  receive: ReceiveBlob<T>,
  transport: RegistryTransport,
): Promise<T> {
  const doing = `read blob ${digest} of ${repository}`;
  const request = blobRequest({ repository, digest }, { method: 'GET', doing });
  return transport.retrying(async () => {
    const received: T[] = [];
    const response = await transport.exchange({
      ...request,
      // an answer that is no blob may be longer than this one
      maxBytes: Math.max(size, MAX_ANSWER_BYTES),
      receive: async (chunks) => {
        received.push(await receive(chunks));
      },
    });
    expectStatus(response, [200], doing);
    if (received.length === 0) {
      throw new InternalError(`nobody received blob ${digest}`);
    }
    return received[0] as T;
  });
}

async function listTags(repository: string, transport: RegistryTransport): Promise<readonly Tag[]> {
  const doing = `list tags of ${repository}`;
  const first = repositoryRequest(repository, { method: 'GET', path: 'tags/list', access: 'pull', doing });
  const tags: Tag[] = [];
  let location: string | undefined = first.location;
  for (let page = 0; location !== undefined && page < MAX_TAG_PAGES; page += 1) {
    const request: RegistryRequest = { ...first, location };
    const response = await transport.retrying(() => transport.exchange(request));
    if (response.status === 404) {
      return [];
    }
    expectStatus(response, [200, 404], doing);
    tags.push(...(parseJson(response.body, TagsSchema, `tags of ${repository}`).tags ?? []).filter(isTag));
    location = nextPage(response);
  }
  return tags;
}

function manifestRequest(
  { repository, reference }: ManifestName,
  rest: Pick<RegistryRequest, 'method' | 'doing'> & Partial<RegistryRequest>,
): RegistryRequest {
  const access = rest.method === 'PUT' ? 'pull,push' : 'pull';
  return { ...rest, ...repositoryRequest(repository, { ...rest, path: `manifests/${reference}`, access }) };
}

function manifestText({ repository, reference }: ManifestName): string {
  return isSha256(reference)
    ? `manifest ${reference} of ${repository}`
    : `tag "${reference}" of ${repository}`;
}
