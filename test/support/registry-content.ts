import type { ServerResponse } from 'node:http';
import { sha256Of } from '../../src/oci/index.ts';

export interface StoredRepository {
  readonly blobs: Map<string, Uint8Array>;
  readonly manifests: Map<string, { readonly mediaType: string; readonly bytes: Uint8Array }>;
  readonly tags: Map<string, string>;
}

export interface ContentRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly mediaType: string;
  readonly body: Uint8Array;
  /** Entries of a page of the referrers API; undefined: there is none. */
  readonly referrersPage?: number | undefined;
  /** Blobs are uploaded, wherever else they are. */
  readonly mountsNothing?: boolean | undefined;
  readonly repository: (name: string) => StoredRepository;
}

interface Place extends ContentRequest {
  readonly store: StoredRepository;
  readonly query: URLSearchParams;
  readonly name: string;
  /** Digest or tag; for uploads what follows `blobs/`. */
  readonly reference: string;
}

/** The part of the OCI distribution spec that reads and writes content. */
export function answerContent(request: ContentRequest, response: ServerResponse): void {
  const url = new URL(request.path, 'http://registry.invalid');
  if (url.pathname === '/v2/') {
    response.writeHead(200).end();
    return;
  }
  const [, name = '', kind = '', reference = ''] =
    /^\/v2\/(.+)\/(blobs|manifests|tags|referrers)\/(.*)$/.exec(url.pathname) ?? [];
  const place = { ...request, store: request.repository(name), query: url.searchParams, name, reference };
  const handler = HANDLERS[`${request.method} ${kind}`];
  if (handler === undefined) {
    response.writeHead(404).end();
    return;
  }
  handler(place, response);
}

const HANDLERS: Readonly<Record<string, (place: Place, response: ServerResponse) => void>> = {
  'PUT manifests': putManifest,
  'GET manifests': getManifest,
  'HEAD manifests': getManifest,
  'POST blobs': openUpload,
  'PUT blobs': closeUpload,
  'GET blobs': getBlob,
  'HEAD blobs': getBlob,
  'GET tags': listTags,
  'GET referrers': listReferrers,
  'DELETE manifests': deleteManifest,
};

function putManifest(place: Place, response: ServerResponse): void {
  const { store, reference, mediaType, body, referrersPage } = place;
  const digest = sha256Of(body);
  store.manifests.set(digest, { mediaType, bytes: body });
  if (!reference.startsWith('sha256:')) {
    store.tags.set(reference, digest);
  }
  const subject = subjectOf(body);
  const isListed = referrersPage !== undefined && subject !== undefined;
  response.writeHead(201, isListed ? { 'oci-subject': subject } : {}).end();
}

interface WrittenManifest {
  readonly artifactType?: string;
  readonly subject?: { readonly digest: string };
  readonly annotations?: object;
}

function subjectOf(bytes: Uint8Array): string | undefined {
  return manifestIn(bytes).subject?.digest;
}

function manifestIn(bytes: Uint8Array): WrittenManifest {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as WrittenManifest;
  } catch {
    return {};
  }
}

/** Distribution spec 1.1, "Listing Referrers", with pages. */
function listReferrers(
  { store, reference, referrersPage, query, name }: Place,
  response: ServerResponse,
): void {
  if (referrersPage === undefined) {
    response.writeHead(404).end('404 page not found');
    return;
  }
  const start = Number(query.get('start') ?? '0');
  const found = [...store.manifests].filter(([, { bytes }]) => subjectOf(bytes) === reference);
  const manifests = found
    .slice(start, start + referrersPage)
    .map(([digest, { mediaType, bytes }]) => ({ mediaType, digest, size: bytes.length, ...entryOf(bytes) }));
  const next = start + referrersPage;
  response.writeHead(200, {
    'content-type': 'application/vnd.oci.image.index.v1+json',
    ...(next < found.length && { link: `</v2/${name}/referrers/${reference}?start=${next}>; rel="next"` }),
  });
  response.end(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests,
    }),
  );
}

function entryOf(bytes: Uint8Array): object {
  const { artifactType, annotations } = manifestIn(bytes);
  return { ...(artifactType !== undefined && { artifactType }), ...(annotations && { annotations }) };
}

function deleteManifest({ store, reference, referrersPage }: Place, response: ServerResponse): void {
  if (referrersPage === undefined) {
    response.writeHead(405).end('{"errors":[{"code":"UNSUPPORTED"}]}');
    return;
  }
  response.writeHead(store.manifests.delete(reference) ? 202 : 404).end();
}

function getManifest({ store, method, reference }: Place, response: ServerResponse): void {
  const digest = store.tags.get(reference) ?? reference;
  const found = store.manifests.get(digest);
  if (found === undefined) {
    response.writeHead(404).end('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}');
    return;
  }
  response.writeHead(200, {
    'content-type': found.mediaType,
    'content-length': found.bytes.byteLength,
    'docker-content-digest': digest,
  });
  response.end(method === 'HEAD' ? undefined : found.bytes);
}

function openUpload(
  { store, repository, query, name, mountsNothing }: Place,
  response: ServerResponse,
): void {
  const digest = query.get('mount') ?? '';
  const mounted = mountsNothing === true ? undefined : repository(query.get('from') ?? '').blobs.get(digest);
  if (mounted === undefined) {
    response.writeHead(202, { location: `/v2/${name}/blobs/uploads/session?_state=x` }).end();
    return;
  }
  store.blobs.set(digest, mounted);
  response.writeHead(201).end();
}

function closeUpload({ store, query, body }: Place, response: ServerResponse): void {
  const digest = query.get('digest') ?? '';
  if (sha256Of(body) !== digest) {
    response.writeHead(400).end('{"errors":[{"code":"DIGEST_INVALID","message":"digest invalid"}]}');
    return;
  }
  store.blobs.set(digest, body);
  response.writeHead(201).end();
}

function getBlob({ store, method, reference }: Place, response: ServerResponse): void {
  const found = store.blobs.get(reference);
  response.writeHead(found === undefined ? 404 : 200);
  response.end(method === 'HEAD' ? undefined : found);
}

function listTags({ store, name }: Place, response: ServerResponse): void {
  const tags = [...store.tags.keys()];
  response.writeHead(tags.length === 0 ? 404 : 200).end(JSON.stringify({ name, tags }));
}
