import { availableParallelism } from 'node:os';
import path from 'node:path';
import pLimit from 'p-limit';
import { parseVerifyingKey, readVerifyingKey } from '../host/public-key.ts';
import { FactoryError } from '../model/index.ts';
import { parseReference, parseRepository, parseTag, type Reference } from '../oci/index.ts';
import { keylessTrust, keyTrust, verifyImage, type ReadImageDeps, type Trust } from '../verify/index.ts';
import type { AuditReport } from '../audit/index.ts';
import { findCosign } from './find-cosign.ts';
import { isId } from './image-name.ts';
import { openProcesses } from './open-network.ts';
import { openCredentials } from './open-credentials.ts';
import { openNamedRegistry, type OpenedRegistry } from './open-reader.ts';
import { openSeen } from './open-seen.ts';
import { openKeys } from './open-keys.ts';
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
  const { verify } = trust;
  if (verify === undefined) {
    throw new FactoryError(
      'USAGE',
      'cannot audit by a keyless identity: release records are signed by keys',
      {
        hint: 'name the public key: --key FILE',
      },
    );
  }
  const processes = openProcesses(request);
  const tracks = images.map(({ image, repository, track }) => ({
    image,
    track,
    repository: `${opened.goldenPrefix}/${repository}`,
  }));
  const git = { processes, folder, signal };
  return audit(tracks, period, { registry, pool, trust: { ...trust, verify }, git });
}

async function openTrust(request: VerifierRequest, closing: AsyncDisposableStack): Promise<Trust> {
  const choice = request.trust;
  switch (choice.kind) {
    case 'own': {
      const { publicKeyFile: file, verify } = await openKeys(request, { use: 'verify', ifMissing: 'refuse' });
      return keyTrust({ name: `key ${file}`, file, verify });
    }
    case 'key': {
      const file = path.resolve(request.cwd, choice.file);
      return keyTrust({ name: `key ${file}`, file, verify: await readVerifyingKey(file) });
    }
    case 'kms': {
      const { uri } = choice;
      const pem = await publicKeyOf(uri, request);
      return keyTrust({ name: `key ${uri}`, file: uri, verify: parseVerifyingKey(pem, uri) });
    }
    case 'keyless': {
      const deps = await cosignDeps(request);
      const { childrenOf } = openCredentials(request, deps.processes, closing);
      return keylessTrust(choice, { ...deps, processes: childrenOf(registriesOf(request)) });
    }
  }
}

async function publicKeyOf(uri: string, request: VerifierRequest): Promise<string> {
  const { cosign, processes, signal } = await cosignDeps(request);
  const { stdout } = await processes.run([cosign, 'public-key', `--key=${uri}`], { signal });
  return stdout;
}

async function cosignDeps(request: VerifierRequest): Promise<Parameters<typeof keylessTrust>[1]> {
  const processes = openProcesses(request);
  return { processes, cosign: await findCosign(request, processes), signal: request.signal };
}

function registriesOf({ names, target }: VerifierRequest): readonly string[] {
  const ofIds = target.kind === 'registry' ? [target.registry] : [];
  const registries = names.flatMap((name) =>
    isId(name) ? ofIds : parseRepository(parseReference(name).repository).registry,
  );
  return [...new Set(registries)];
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
