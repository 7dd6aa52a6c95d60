import { z } from 'zod';
import { FactoryError } from '../model/index.ts';
import type { Descriptor, DigestRef, Sha256, Tag } from '../model/index.ts';
import { hexOf, sha256Of } from './digest.ts';
import { MEDIA_TYPE } from './media-types.ts';
import { referenceText } from './reference.ts';
import type { FoundManifest, RegistryClient, StoredManifest } from './registry-client.ts';
import { parseIndex, parseJson, parseManifest } from './schema.ts';
import { parseTag } from './tag.ts';

/** What is to become of the list of an image's referrers. */
export interface ReferrerChanges {
  /** Manifests whose subject is the image. */
  readonly added: readonly StoredManifest[];
  /** Ours that are taken off the list. */
  readonly removed?: readonly Sha256[];
}

/** Entries that a writer at the same time has overwritten are written again this often. */
const MAX_REPAIRS = 5;

/** Entries of others may hold anything, and stay as they are. */
const FallbackSchema = z.looseObject({ manifests: z.array(z.looseObject({ digest: z.string() })) });
type Fallback = z.infer<typeof FallbackSchema>;

/** Distribution spec 1.1, "Referrers Tag Schema": the list, where the registry has none of its own. */
export function referrersTag(digest: Sha256): Tag {
  return parseTag(`sha256-${hexOf(digest)}`);
}

/**
 * Everything that says it refers to an image, by the registry's word alone: an entry proves nothing before its
 * manifest names this subject, and what is in it is verified.
 */
export async function listReferrers(
  ref: DigestRef,
  registry: RegistryClient,
): Promise<readonly Descriptor[]> {
  const listed = await registry.getReferrers(ref.repository, ref.digest);
  if (listed !== undefined) {
    return listed;
  }
  const found = await registry.getManifest(ref.repository, referrersTag(ref.digest));
  return found === undefined ? [] : parseIndex(found.bytes, `referrers of ${referenceText(ref)}`).manifests;
}

/** Pushes manifests that refer to an image. Adding what is there already changes nothing. */
export async function addReferrers(
  ref: DigestRef,
  manifests: readonly StoredManifest[],
  registry: RegistryClient,
): Promise<void> {
  await changeReferrers(ref, { added: manifests }, registry);
}

/**
 * Adds first, so that at no moment nothing is listed. A registry that keeps the list itself may refuse to delete: there
 * what was to be removed stays, and readers take the newest.
 */
export async function changeReferrers(
  ref: DigestRef,
  { added, removed = [] }: ReferrerChanges,
  registry: RegistryClient,
): Promise<void> {
  const unlisted: Descriptor[] = [];
  for (const manifest of added) {
    const { isListed } = await registry.putReferrer(ref.repository, manifest);
    if (!isListed) {
      unlisted.push(referrerEntry(manifest, ref));
    }
  }
  const hasApi =
    unlisted.length === 0 && (await registry.getReferrers(ref.repository, ref.digest)) !== undefined;
  if (!hasApi) {
    await changeFallback(ref, { added: unlisted, removed }, registry);
    return;
  }
  for (const digest of removed) {
    await registry.deleteManifest(ref.repository, digest);
  }
}

/** Image spec 1.1, "Image Index": what a list says of a manifest besides its digest. */
function referrerEntry({ mediaType, bytes }: StoredManifest, ref: DigestRef): Descriptor {
  const { artifactType, config, annotations } = parseManifest(bytes, `referrer of ${referenceText(ref)}`);
  return {
    mediaType,
    digest: sha256Of(bytes),
    size: bytes.length,
    artifactType: artifactType ?? config.mediaType,
    ...(annotations !== undefined && { annotations }),
  };
}

interface FallbackChanges {
  readonly added: readonly Descriptor[];
  readonly removed: readonly Sha256[];
}

/**
 * There is no compare-and-swap: another writer's list may replace ours at any moment. So each writer changes the
 * newest list, reads it back, and changes it again while something of its own is missing.
 */
async function changeFallback(
  ref: DigestRef,
  changes: FallbackChanges,
  registry: RegistryClient,
): Promise<void> {
  const tag = referrersTag(ref.digest);
  for (let repairs = 0; repairs <= MAX_REPAIRS; repairs += 1) {
    const current = readFallback(await registry.getManifest(ref.repository, tag), ref);
    const changed = changedFallback(current, changes);
    if (changed === undefined) {
      return;
    }
    await putFallback({ repository: ref.repository, tag }, changed, registry);
  }
  throw new FactoryError(
    'REGISTRY_INVALID',
    `cannot list referrers of ${referenceText(ref)}: tag "${tag}" is overwritten each time it is written`,
    { hint: 'another run attests the same image; run again when it has ended' },
  );
}

function readFallback(found: FoundManifest | undefined, ref: DigestRef): Fallback {
  if (found === undefined) {
    return { schemaVersion: 2, mediaType: MEDIA_TYPE.index, manifests: [] };
  }
  const what = `referrers of ${referenceText(ref)}`;
  parseIndex(found.bytes, what);
  return parseJson(found.bytes, FallbackSchema, what);
}

/** Undefined where the list is as it is to be. */
function changedFallback(current: Fallback, { added, removed }: FallbackChanges): Fallback | undefined {
  const gone: ReadonlySet<string> = new Set(removed);
  const kept = current.manifests.filter(({ digest }) => !gone.has(digest));
  const missing = added.filter(({ digest }) => !kept.some((each) => each.digest === digest));
  if (missing.length === 0 && kept.length === current.manifests.length) {
    return undefined;
  }
  return { ...current, manifests: [...kept, ...missing.map((entry) => ({ ...entry }))] };
}

async function putFallback(
  { repository, tag }: { readonly repository: string; readonly tag: Tag },
  list: Fallback,
  registry: RegistryClient,
): Promise<void> {
  const manifest = { mediaType: MEDIA_TYPE.index, bytes: Buffer.from(JSON.stringify(list)) };
  try {
    await registry.putManifest(repository, tag, manifest);
  } catch (error) {
    // Another writer was faster: the next round reads what it wrote.
    if (!(error instanceof FactoryError && error.code === 'DIGEST_MISMATCH')) {
      throw error;
    }
  }
}
