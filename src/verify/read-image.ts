import type { Descriptor, DigestRef, Pool, Tag } from '../model/index.ts';
import {
  findImage,
  platformOf,
  PREDICATE_TYPE,
  referenceText,
  type NamedImage,
  type Reference,
  type RegistryClient,
  type RegistryPool,
} from '../oci/index.ts';
import { FactoryError } from '../model/index.ts';
import type { SeenReleases } from '../stages/promote/index.ts';
import { findBuild } from '../stages/promote/index.ts';
import { parseLockPredicate } from '../stages/sign/published-predicates.ts';
import { toBuildId } from '../stages/render/build-id.ts';
import { predicatesOf, type ImageFacts, type PlatformFacts, type SubjectFacts } from './facts.ts';
import { attempt, valueOf } from './read.ts';
import { readAttached } from './read-attached.ts';
import { databaseReader, readInstalled, type ReadLayersDeps } from './read-layers.ts';
import { readReleaseFacts } from './read-release.ts';
import type { Trust } from './trust.ts';

export interface ReadImageDeps {
  readonly registry: RegistryClient;
  readonly pool: RegistryPool;
  readonly trust: Trust;
  readonly seen: SeenReleases;
  /** Of layers that are read at the same time: each keeps a processor busy. */
  readonly layerPool: Pool;
  readonly signal: AbortSignal;
}

/** Where a reference leads, if what the registry says and what it serves are the same. */
export async function findNamed(reference: Reference, registry: RegistryClient): Promise<NamedImage> {
  const image = await findImage(reference, registry);
  if (reference.kind === 'tag') {
    const head = await registry.headManifest(reference.repository, reference.tag);
    if (head?.digest !== image.ref.digest) {
      const what = `${reference.repository}:${reference.tag}`;
      throw new FactoryError(
        'DIGEST_MISMATCH',
        `cannot use ${what}: the registry names ${head?.digest ?? 'nothing'} and serves ${image.ref.digest}`,
        { hint: 'if the tag moved this very moment, run again; else do not use this registry' },
      );
    }
  }
  return image;
}

/** Reads all that the checks look at. What cannot be read is a value, so that one fault hides no other. */
export async function readImage(
  named: { readonly reference: string; readonly tag?: Tag; readonly image: NamedImage },
  deps: ReadImageDeps,
): Promise<ImageFacts> {
  const { reference, tag, image } = named;
  const { ref } = image;
  const { registry, trust, seen, pool } = deps;
  const { verify } = trust;
  const isIndex = image.manifests.every(({ digest }) => digest !== ref.digest);
  const [top, platforms, release] = await Promise.all([
    readSubject(ref, isIndex ? 'index' : 'image', deps),
    readPlatforms(image, deps),
    attempt(() => readReleaseFacts(ref, tag, { registry, seen, pool, verify })),
  ]);
  const build = await attempt(() => readBuild(top, registry));
  return { reference, ...(tag === undefined ? {} : { tag }), ref, top, platforms, release, build };
}

async function readSubject(ref: DigestRef, name: string, deps: ReadImageDeps): Promise<SubjectFacts> {
  const { registry, trust } = deps;
  const { identity } = trust;
  const [manifest, attached, identified] = await Promise.all([
    attempt(async () => {
      if ((await registry.getManifest(ref.repository, ref.digest)) === undefined) {
        throw new FactoryError('REGISTRY_INVALID', `cannot read ${referenceText(ref)}: it is not there`);
      }
    }),
    attempt(() => readAttached(ref, deps)),
    identity && attempt(() => identity.refusal(ref)),
  ]);
  return { ref, name, manifest, attached, ...(identified && { identified }) };
}

/** One after the other: an image may have many, and each has its own attestations. */
async function readPlatforms({ ref, manifests }: NamedImage, deps: ReadImageDeps): Promise<PlatformFacts[]> {
  const readLayer = databaseReader(ref.repository, deps);
  const platforms: PlatformFacts[] = [];
  for (const manifest of manifests) {
    platforms.push(await readPlatform(ref, manifest, { ...deps, readLayer }));
  }
  return platforms;
}

async function readPlatform(
  { repository }: DigestRef,
  manifest: Descriptor,
  deps: ReadImageDeps & Pick<ReadLayersDeps, 'readLayer'>,
): Promise<PlatformFacts> {
  const ref = { repository, digest: manifest.digest };
  const [subject, installed] = await Promise.all([
    readSubject(ref, platformOf(manifest) ?? 'image', deps),
    attempt(() => readInstalled(ref, deps)),
  ]);
  return { subject, installed };
}

async function readBuild(
  top: SubjectFacts,
  registry: RegistryClient,
): Promise<Extract<ImageFacts['build'], { kind: 'read' }>['value']> {
  const [predicate] = predicatesOf(top, PREDICATE_TYPE.lock);
  const lock = valueOf(await attempt(() => Promise.resolve(parseLockPredicate(predicate))));
  if (lock === undefined) {
    return undefined;
  }
  const buildId = toBuildId(lock.inputs);
  return { buildId, digest: await findBuild(top.ref.repository, buildId, registry) };
}
