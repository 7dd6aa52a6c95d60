import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { FactoryError } from '../model/index.ts';
import { parseReference, parseTag, type Reference } from '../oci/index.ts';
import { verifyImage, type ReadImageDeps } from '../verify/index.ts';
import type { AuditReport } from '../audit/index.ts';
import { isId } from './image-name.ts';
import { openProcesses } from './open-network.ts';
import { openNamedRegistry, type OpenedRegistry } from './open-reader.ts';
import { openSeen } from './open-seen.ts';
import { openTrust } from './open-trust.ts';
import type { AuditRequest, Verifier, VerifierRequest } from './verifier.ts';

/** At the same time: what is read are small blobs. */
const REGISTRY_REQUESTS = 8;

/** What `ingot verify` looks with. Nothing is written but what was seen of releases. */
export async function openVerifier(request: VerifierRequest): Promise<Verifier> {
  const closing = new AsyncDisposableStack();
  try {
    // first: without a key nothing has to be started
    const trust = await openTrust(request, closing);
    const opened = await openNamedRegistry(request, closing);
    const deps: ReadImageDeps = {
      registry: opened.client,
      pool: pLimit(REGISTRY_REQUESTS),
      trust,
      seen: openSeen(request),
      layerPool: pLimit(availableParallelism()),
      signal: request.signal,
    };
    return {
      verify: async (demands) => {
        const verifications = [];
        for (const name of request.names) {
          const reference = await referenceOf(name, request, opened);
          verifications.push(await verifyImage({ name, reference, demands }, deps));
        }
        return verifications;
      },
      audit: (asked) => auditImages(asked, { request, opened, deps }),
      [Symbol.asyncDispose]: () => closing.disposeAsync(),
    };
  } catch (error) {
    await closing.disposeAsync();
    throw error;
  }
}

interface AuditContext {
  readonly request: VerifierRequest;
  readonly opened: OpenedRegistry;
  readonly deps: ReadImageDeps;
}

async function auditImages(
  { folder, images, period }: AuditRequest,
  { request, opened, deps }: AuditContext,
): Promise<AuditReport> {
  const { audit } = await import('../audit/index.ts');
  const { trust, registry, pool, signal } = deps;
  const processes = openProcesses(request);
  const tracks = images.map(({ image, repository, track }) => ({
    image,
    track,
    repository: `${opened.goldenPrefix}/${repository}`,
  }));
  const git = { processes, folder, signal };
  return audit(tracks, period, { registry, pool, trust, git });
}

/** An id stands for its moving tag: what whoever pulls it gets. */
async function referenceOf(
  name: string,
  request: VerifierRequest,
  { goldenPrefix }: OpenedRegistry,
): Promise<Reference> {
  if (!isId(name)) {
    return parseReference(name);
  }
  const catalog = await request.openCatalog();
  const entry = [...catalog.entries, ...catalog.broken].find(({ id }) => id === name);
  if (entry?.track === undefined) {
    throw new FactoryError(
      'USAGE',
      `cannot find image "${name}": expected registry/repository:tag, or an id of the catalog`,
      { hint: '`ingot status` lists the ids' },
    );
  }
  return { kind: 'tag', repository: `${goldenPrefix}/${entry.repository}`, tag: parseTag(entry.track) };
}
