import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { isSha256, sha256Of } from '../../src/oci/index.ts';
import { ACCOUNT, REGION } from './ecr-answers.ts';
import type { StoredImage } from './ecr-image-answers.ts';
import type { EcrServer } from './ecr-server.ts';
import { serveHttp } from './http-server.ts';

export const ECR_REGISTRY = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;

/** A request to the registry. */
export interface EcrRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
}

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** What ECR makes of a registry: its logins, rates, immutable tags, and repositories that have to be there. */
export interface EcrDataPlane {
  readonly url: string;
  /** In their order, with what they were answered. */
  readonly requests: (EcrRequest & { readonly status: number })[];
  /** Called for every request that is logged in; undefined lets ECR decide. */
  refuse: (request: EcrRequest) => Refusal | undefined;
}

const PUT_IMAGE_PER_SECOND = 10;

interface Place {
  readonly ecr: EcrServer;
  /** Registry with the content, `http://127.0.0.1:5000`. */
  readonly origin: string;
  readonly plane: EcrDataPlane;
  /** When images were put, ms. */
  readonly putAtMs: number[];
}

/** ECR's data plane in front of a registry. Repositories, settings and passwords are those of the control plane. */
export async function serveEcrDataPlane(ecr: EcrServer, origin: string): Promise<EcrDataPlane> {
  const server = await serveHttp((incoming, response) => {
    void answer(incoming, response, { ecr, origin, plane, putAtMs });
  });
  const putAtMs: number[] = [];
  const plane: EcrDataPlane = { url: server.url, requests: [], refuse: () => undefined };
  return plane;
}

async function answer(incoming: IncomingMessage, response: ServerResponse, place: Place): Promise<void> {
  const asked = { method: incoming.method ?? '', path: incoming.url ?? '' };
  response.on('close', () => place.plane.requests.push({ ...asked, status: response.statusCode }));
  const login = loginRefusal(incoming.headers.authorization, place.ecr);
  if (login === 'none') {
    incoming.resume();
    const challenge = `Basic realm="https://${ECR_REGISTRY}/",service="ecr.amazonaws.com"`;
    response.writeHead(401, { 'www-authenticate': challenge }).end('Not Authorized\n');
    return;
  }
  const refusal = login ?? place.plane.refuse(asked) ?? (await refusalOf(asked, place));
  if (refusal === undefined) {
    forward(incoming, response, place);
    return;
  }
  const { status, code, message } = refusal;
  incoming.resume();
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(asked.method === 'HEAD' ? undefined : JSON.stringify({ errors: [{ code, message }] }));
}

function loginRefusal(authorization: string | undefined, ecr: EcrServer): Refusal | 'none' | undefined {
  const [, encoded = ''] = /^Basic (.+)$/.exec(authorization ?? '') ?? [];
  const [user, password = ''] = Buffer.from(encoded, 'base64').toString().split(':');
  const goodUntilMs = user === 'AWS' ? ecr.passwords.get(password) : undefined;
  if (goodUntilMs === undefined) {
    return 'none';
  }
  const message = 'Your authorization token has expired. Reauthenticate and try again.';
  return goodUntilMs > ecr.nowMs ? undefined : { status: 403, code: 'DENIED', message };
}

async function refusalOf({ method, path }: EcrRequest, place: Place): Promise<Refusal | undefined> {
  const [, name = '', kind, reference = ''] =
    /^\/v2\/(.+)\/(blobs|manifests|tags|referrers)\/([^?]*)/.exec(path) ?? [];
  if (!place.ecr.repositories.has(name)) {
    const message = `The repository with name '${name}' does not exist in the registry with id '${ACCOUNT}'`;
    return { status: 404, code: 'NAME_UNKNOWN', message };
  }
  if (method !== 'PUT' || kind !== 'manifests') {
    return undefined;
  }
  return throttled(place) ?? (await tagTaken(name, reference, place));
}

function throttled({ putAtMs }: Place): Refusal | undefined {
  const now = performance.now();
  if (putAtMs.filter((at) => at > now - 1000).length >= PUT_IMAGE_PER_SECOND) {
    return { status: 429, code: 'TOOMANYREQUESTS', message: 'Rate exceeded' };
  }
  putAtMs.push(now);
  return undefined;
}

/** Also where it names the very same image. */
async function tagTaken(name: string, tag: string, { ecr, origin }: Place): Promise<Refusal | undefined> {
  const { imageTagMutability, imageTagMutabilityExclusionFilters: filters = [] } =
    ecr.repositories.get(name)!;
  const isExcluded = filters.some(({ filter }) => patternOf(filter).test(tag));
  const isImmutable = imageTagMutability.startsWith('IMMUTABLE') !== isExcluded;
  if (tag.startsWith('sha256:') || !isImmutable) {
    return undefined;
  }
  const found = await fetch(`${origin}/v2/${name}/manifests/${tag}`, {
    method: 'HEAD',
    headers: {
      accept: 'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json',
    },
  });
  const message = `The image tag '${tag}' already exists in the '${name}' repository and cannot be overwritten because the tag is immutable.`;
  return found.ok ? { status: 400, code: 'TAG_INVALID', message } : undefined;
}

function patternOf(filter: string): RegExp {
  return new RegExp(`^${filter.replaceAll('.', String.raw`\.`).replaceAll('*', '.*')}$`);
}

/** A manifest that was put is listed by the control plane. */
function listPushed({ method, url = '', headers }: IncomingMessage, bytes: Buffer, ecr: EcrServer): void {
  const [, name = '', reference = ''] = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(url) ?? [];
  const repository = ecr.repositories.get(name);
  if (method === 'PUT' && repository !== undefined) {
    const image = {
      digest: sha256Of(bytes),
      manifest: bytes.toString('utf8'),
      mediaType: headers['content-type'] ?? '',
      pushedAtMs: ecr.nowMs,
      storageClass: 'standard' as const,
      tags: isSha256(reference) ? [] : [reference],
    };
    repository.images = withPushed(repository.images ?? [], image);
  }
}

/** Its tags are taken from whatever had them. */
function withPushed(images: readonly StoredImage[], pushed: StoredImage): readonly StoredImage[] {
  const others = images.map((image) => ({
    ...image,
    tags: image.tags.filter((tag) => !pushed.tags.includes(tag)),
  }));
  const known = others.find(({ digest }) => digest === pushed.digest);
  return known === undefined
    ? [...others, pushed]
    : others.map((image) => (image === known ? { ...image, tags: [...image.tags, ...pushed.tags] } : image));
}

/** Without its login, and without mounts where the account has not turned them on. */
function forward(incoming: IncomingMessage, response: ServerResponse, { ecr, origin }: Place): void {
  const { authorization: _, ...headers } = incoming.headers;
  const url = new URL(incoming.url ?? '/', origin);
  if (ecr.blobMounting !== 'ENABLED') {
    url.searchParams.delete('mount');
    url.searchParams.delete('from');
  }
  const sent: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => sent.push(chunk));
  const passed = request(
    url,
    { method: incoming.method, headers: { ...headers, host: ECR_REGISTRY, 'x-forwarded-proto': 'https' } },
    (answered) => {
      if (answered.statusCode === 201) {
        listPushed(incoming, Buffer.concat(sent), ecr);
      }
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(response);
    },
  );
  passed.on('error', () => response.destroy());
  incoming.pipe(passed);
}
