import { z } from 'zod';
import type { Sha256, Tag } from '../model/index.ts';
import { isSha256 } from './digest.ts';
import type { KeptContent } from './kept-blobs.ts';
import type { FoundManifest, RegistryClient } from './registry-client.ts';
import { parseJson } from './schema.ts';

/** A repository, as its registry lists all of it at one moment. */
export interface RepositoryListing {
  /** What can be pulled. */
  readonly digests: ReadonlySet<Sha256>;
  readonly tags: ReadonlyMap<Tag, Sha256>;
  /** What something that is there refers to. */
  readonly subjects: ReadonlySet<Sha256>;
}

/** Undefined where the registry has to be asked for each by itself. */
export type ListRepository = (repository: string) => Promise<RepositoryListing | undefined>;

export interface ListingDeps {
  readonly list: ListRepository;
  readonly kept: KeptContent;
}

/** The same registry for who looks at it, and for who changes it and has to see it as it is. */
export interface ListedRegistry {
  readonly reads: RegistryClient;
  readonly writes: RegistryClient;
}

/** Repositories that are held at once: some 120 KB each, with twenty releases of two tracks. */
const MOST_LISTINGS = 1000;

const TypedSchema = z.looseObject({ mediaType: z.string().optional() });

/**
 * One request for each repository tells what several for each image would: what is there, and what tags point at. A
 * listing holds until this process writes to the repository; from then on the registry is asked.
 */
export function listedRegistry(registry: RegistryClient, { list, kept }: ListingDeps): ListedRegistry {
  const changed = new Set<string>();
  const listings = new Map<string, Promise<RepositoryListing | undefined>>();
  async function listingOf(repository: string): Promise<RepositoryListing | undefined> {
    if (changed.has(repository)) {
      return undefined;
    }
    const listing = listings.get(repository) ?? list(repository);
    listings.set(repository, listing);
    forgetOldest(listings);
    return listing;
  }
  const writes = noticingWrites(registry, (repository) => {
    changed.add(repository);
    listings.delete(repository);
  });
  return { writes, reads: { ...writes, ...listedReads(registry, { list: listingOf, kept }) } };
}

function forgetOldest(listings: Map<string, unknown>): void {
  const [oldest] = listings.keys();
  if (listings.size > MOST_LISTINGS && oldest !== undefined) {
    listings.delete(oldest);
  }
}

function noticingWrites(registry: RegistryClient, notice: (repository: string) => void): RegistryClient {
  return {
    ...registry,
    putManifest: (repository, ...rest) => {
      notice(repository);
      return registry.putManifest(repository, ...rest);
    },
    putReferrer: (repository, ...rest) => {
      notice(repository);
      return registry.putReferrer(repository, ...rest);
    },
    deleteManifest: (repository, ...rest) => {
      notice(repository);
      return registry.deleteManifest(repository, ...rest);
    },
  };
}

function listedReads(
  registry: RegistryClient,
  { list, kept }: ListingDeps,
): Pick<RegistryClient, 'headManifest' | 'getManifest' | 'listTags' | 'getReferrers'> {
  return {
    headManifest: async (repository, reference) => {
      const listing = await list(repository);
      if (listing === undefined) {
        return registry.headManifest(repository, reference);
      }
      const digest = digestIn(listing, reference);
      return digest && { digest };
    },
    getManifest: async (repository, reference) => {
      const listing = await list(repository);
      if (listing === undefined) {
        return registry.getManifest(repository, reference);
      }
      const digest = digestIn(listing, reference);
      return digest && (await keptManifest(repository, digest, { registry, kept }));
    },
    listTags: async (repository) => {
      const listing = await list(repository);
      return listing === undefined ? registry.listTags(repository) : [...listing.tags.keys()];
    },
    getReferrers: async (repository, subject) => {
      const listing = await list(repository);
      return listing === undefined || listing.subjects.has(subject)
        ? registry.getReferrers(repository, subject)
        : [];
    },
  };
}

function digestIn({ digests, tags }: RepositoryListing, reference: Sha256 | Tag): Sha256 | undefined {
  const digest = isSha256(reference) ? reference : tags.get(reference);
  return digest !== undefined && digests.has(digest) ? digest : undefined;
}

async function keptManifest(
  repository: string,
  digest: Sha256,
  { registry, kept }: { readonly registry: RegistryClient; readonly kept: KeptContent },
): Promise<FoundManifest | undefined> {
  const bytes = await kept.find(digest);
  const mediaType = bytes && mediaTypeIn(bytes);
  if (bytes !== undefined && mediaType !== undefined) {
    return { mediaType, bytes, digest };
  }
  const found = await registry.getManifest(repository, digest);
  // one that does not say what it is can be read from nowhere else
  if (found !== undefined && mediaTypeIn(found.bytes) === found.mediaType) {
    await kept.keep(digest, found.bytes);
  }
  return found;
}

function mediaTypeIn(bytes: Uint8Array): string | undefined {
  return parseJson(bytes, TypedSchema, 'manifest').mediaType;
}
