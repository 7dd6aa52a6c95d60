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
    /^\/v2\/(.+)\/(blobs|manifests|tags)\/(.*)$/.exec(url.pathname) ?? [];
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
};

function putManifest({ store, reference, mediaType, body }: Place, response: ServerResponse): void {
  const digest = sha256Of(body);
  store.manifests.set(digest, { mediaType, bytes: body });
  if (!reference.startsWith('sha256:')) {
    store.tags.set(reference, digest);
  }
  response.writeHead(201).end();
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

function openUpload({ store, repository, query, name }: Place, response: ServerResponse): void {
  const digest = query.get('mount') ?? '';
  const mounted = repository(query.get('from') ?? '').blobs.get(digest);
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
