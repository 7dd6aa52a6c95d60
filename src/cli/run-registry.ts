import type { ListedImage } from '../host/aws/ecr-images.ts';
import type { ContentCache, ContentDigest } from '../host/content-cache.ts';
import { readProxySettings } from '../host/proxy-settings.ts';
import { FactoryError, isInEcr, type EcrTarget, type Sha256 } from '../model/index.ts';
import { hexOf, isTag, keepBlobs, listedRegistry, parseRepository, sha256Of } from '../oci/index.ts';
import type {
  KeptContent,
  ListedRegistry,
  ListRepository,
  RegistryClient,
  RepositoryListing,
} from '../oci/index.ts';
import type { FactoryRequest } from './factory.ts';

type RunRegistryRequest = Pick<FactoryRequest, 'target' | 'environment' | 'signal' | 'emit'>;

/**
 * A registry as a night asks it: what a digest names is kept on this machine, and in ECR one call for each repository
 * lists what is there, however many images and namespaces are looked at.
 */
export async function runRegistry(
  registry: RegistryClient,
  { request, cache }: { readonly request: RunRegistryRequest; readonly cache: ContentCache },
  closing: AsyncDisposableStack,
): Promise<ListedRegistry> {
  const { target } = request;
  const kept = keptContent(cache);
  if (!isInEcr(target)) {
    return { reads: keepBlobs(registry, kept), writes: registry };
  }
  const list = await ecrLists({ ...request, target }, closing);
  const { reads, writes } = listedRegistry(registry, { list, kept });
  return { reads: keepBlobs(reads, kept), writes };
}

/** Who may not list them asks for each image, as in any other registry. */
async function ecrLists(
  request: RunRegistryRequest & { readonly target: EcrTarget },
  closing: AsyncDisposableStack,
): Promise<ListRepository> {
  const { createEcrImages } = await import('../host/aws/ecr-images.ts');
  const { target, environment, signal, emit } = request;
  const { account, region } = target.ecr;
  const images = createEcrImages({ account, region, proxies: readProxySettings(environment), signal });
  closing.defer(() => {
    images.close();
  });
  const refusals: FactoryError[] = [];
  return async (repository) => {
    const { registry, name } = parseRepository(repository);
    if (refusals.length > 0 || registry !== target.registry) {
      return undefined;
    }
    try {
      return listingOf((await images.list(name)) ?? []);
    } catch (error) {
      if (!(error instanceof FactoryError) || signal.aborted) {
        throw error;
      }
      if (refusals.push(error) === 1) {
        emit({ kind: 'notice', level: 'warn', message: `${error.message}; asking for each image instead` });
      }
      return undefined;
    }
  };
}

function listingOf(images: readonly ListedImage[]): RepositoryListing {
  const tagged = images.flatMap(({ tags, digest }) =>
    tags.filter((tag) => isTag(tag)).map((tag) => [tag, digest] as const),
  );
  return {
    // what is archived is there and cannot be pulled
    digests: new Set(
      images.filter(({ storageClass }) => storageClass === 'standard').map(({ digest }) => digest),
    ),
    tags: new Map(tagged),
    subjects: new Set(images.flatMap(({ subject }) => subject ?? [])),
  };
}

function keptContent(cache: ContentCache): KeptContent {
  return {
    find: async (digest) => {
      const bytes = await cache.readUnverified(named(digest));
      return bytes !== undefined && sha256Of(bytes) === digest ? bytes : undefined;
    },
    keep: async (digest, bytes) => {
      await cache.put(named(digest), [bytes], { what: digest, maxBytes: bytes.byteLength });
    },
  };
}

function named(digest: Sha256): ContentDigest {
  return { algorithm: 'sha256', hex: hexOf(digest) };
}
