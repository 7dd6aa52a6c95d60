import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRegistrySend } from '../../src/host/registry-send.ts';
import { createRegistryClient } from '../../src/oci/index.ts';
import type { Credentials, RegistryClient } from '../../src/oci/index.ts';
import { serveHttp } from './http-server.ts';
import { answerUnauthorized } from './registry-auth.ts';
import type { TestAuth } from './registry-auth.ts';
import { answerContent } from './registry-content.ts';
import type { ContentRequest, StoredRepository } from './registry-content.ts';

/** What a request is answered with instead of the truth. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly body?: string }
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

export interface TestRegistryOptions {
  /** Entries of a page of its referrers API, which comes with deleting; absent: it has neither. */
  readonly referrersPage?: number;
  /** As ECR, where the account does not allow it. */
  readonly mountsNothing?: true;
}

export async function serveRegistry(
  auth?: TestAuth,
  options: TestRegistryOptions = {},
): Promise<TestRegistry> {
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
    void answer({ request, response, seen }, registry.fault(seen), { repository, ...options });
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
    throttlePausesMs: [0, 0],
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
  content: Pick<ContentRequest, 'repository' | 'referrersPage' | 'mountsNothing'>,
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
    response.writeHead(fault.status).end(fault.body);
    return;
  }
  const body = fault?.kind === 'swap' ? fault.bytes : Buffer.concat(chunks);
  const mediaType = request.headers['content-type'] ?? '';
  answerContent({ method: seen.method, path: seen.path, mediaType, body, ...content }, response);
}
