import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRegistrySend } from '../../src/host/registry-send.ts';
import { createRegistryClient, sha256Of } from '../../src/oci/index.ts';
import type { Credentials, RegistryClient } from '../../src/oci/index.ts';
import { serveHttp } from './http-server.ts';
import { answerUnauthorized } from './registry-auth.ts';
import type { TestAuth } from './registry-auth.ts';

export interface StoredRepository {
  readonly blobs: Map<string, Uint8Array>;
  readonly manifests: Map<string, { readonly mediaType: string; readonly bytes: Uint8Array }>;
  readonly tags: Map<string, string>;
}

/** What a request is answered with instead of the truth. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number }
  /** The connection breaks after the first bytes of the request's body. */
  | { readonly kind: 'die' }
  /** What the registry says and stores is not what it was given. */
  | { readonly kind: 'swap'; readonly bytes: Uint8Array };

export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly authorization: string | undefined;
}

/** An OCI registry in memory. Its content is open to tests, to look at and to tamper with. */
export interface TestRegistry {
  /** `127.0.0.1:40000` */
  readonly address: string;
  readonly requests: readonly SeenRequest[];
  repository(name: string): StoredRepository;
  /** Called for every request; undefined answers truthfully. */
  fault: (request: SeenRequest) => Fault | undefined;
}

export async function serveRegistry(auth?: TestAuth): Promise<TestRegistry> {
  const repositories = new Map<string, StoredRepository>();
  const requests: SeenRequest[] = [];
  function repository(name: string): StoredRepository {
    const found = repositories.get(name) ?? { blobs: new Map(), manifests: new Map(), tags: new Map() };
    repositories.set(name, found);
    return found;
  }
  const server = await serveHttp((request, response) => {
    const seen = {
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization,
    };
    requests.push(seen);
    if (auth !== undefined && answerUnauthorized(seen, response, { ...auth, url: registry.url })) {
      return;
    }
    void answer({ request, response, seen }, registry.fault(seen), repository);
  });
  const registry = {
    url: server.url,
    address: new URL(server.url).host,
    requests,
    repository,
    fault: (_request: SeenRequest): Fault | undefined => undefined,
  };
  return registry;
}

/** A client without pauses between its attempts. */
export function clientFor(credentials?: Credentials): RegistryClient {
  return createRegistryClient({
    send: createRegistrySend().send,
    credentials: () => Promise.resolve(credentials),
    signal: new AbortController().signal,
    retryPausesMs: [0, 0],
  });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly seen: SeenRequest;
}

async function answer(
  { request, response, seen }: Exchange,
  fault: Fault | undefined,
  repository: (name: string) => StoredRepository,
): Promise<void> {
  if (fault?.kind === 'die') {
    request.once('data', () => request.socket.destroy());
    request.once('end', () => request.socket.destroy());
    request.resume();
    return;
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
  }
  if (fault?.kind === 'status') {
    response.writeHead(fault.status).end();
    return;
  }
  const body = fault?.kind === 'swap' ? fault.bytes : Buffer.concat(chunks);
  const url = new URL(seen.path, 'http://registry.invalid');
  const [, name = '', kind = '', reference = ''] =
    /^\/v2\/(.+)\/(blobs|manifests|tags)\/(.*)$/.exec(url.pathname) ?? [];
  const place: Place = {
    store: repository(name),
    repository,
    url,
    method: seen.method,
    name,
    reference,
    body,
  };
  if (kind === 'tags') {
    const { tags } = place.store;
    response.writeHead(tags.size === 0 ? 404 : 200).end(JSON.stringify({ name, tags: [...tags.keys()] }));
  } else if (kind === 'manifests') {
    answerManifest(place, response, request.headers['content-type'] ?? '');
  } else if (kind === 'blobs') {
    answerBlob(place, response);
  } else {
    response.writeHead(url.pathname === '/v2/' ? 200 : 404).end();
  }
}

interface Place {
  readonly store: StoredRepository;
  readonly repository: (name: string) => StoredRepository;
  readonly url: URL;
  readonly method: string;
  readonly name: string;
  readonly reference: string;
  readonly body: Uint8Array;
}

function answerManifest(place: Place, response: ServerResponse, mediaType: string): void {
  const { store, method, reference, body } = place;
  if (method === 'PUT') {
    const digest = sha256Of(body);
    store.manifests.set(digest, { mediaType, bytes: body });
    if (!reference.startsWith('sha256:')) {
      store.tags.set(reference, digest);
    }
    response.writeHead(201).end();
    return;
  }
  const digest = store.tags.get(reference) ?? reference;
  const found = store.manifests.get(digest);
  if (found === undefined) {
    response.writeHead(404).end('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}');
    return;
  }
  response.writeHead(200, { 'content-type': found.mediaType, 'docker-content-digest': digest });
  response.end(method === 'HEAD' ? undefined : found.bytes);
}

function answerBlob(place: Place, response: ServerResponse): void {
  const { store, method, url, name, reference, body } = place;
  const query = url.searchParams;
  if (method === 'POST') {
    const mounted = place.repository(query.get('from') ?? '').blobs.get(query.get('mount') ?? '');
    if (mounted !== undefined) {
      store.blobs.set(query.get('mount') ?? '', mounted);
      response.writeHead(201).end();
      return;
    }
    response.writeHead(202, { location: `/v2/${name}/blobs/uploads/session?_state=x` }).end();
    return;
  }
  if (method === 'PUT') {
    const digest = query.get('digest') ?? '';
    if (sha256Of(body) !== digest) {
      response.writeHead(400).end('{"errors":[{"code":"DIGEST_INVALID","message":"digest invalid"}]}');
      return;
    }
    store.blobs.set(digest, body);
    response.writeHead(201).end();
    return;
  }
  const found = store.blobs.get(reference);
  response.writeHead(found === undefined ? 404 : 200);
  response.end(method === 'HEAD' ? undefined : found);
}
