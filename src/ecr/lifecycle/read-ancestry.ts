import { FactoryError, type Sha256 } from '../../model/index.ts';
import { parseAnyImage, parseRepository, type RegistryClient, type RegistryPool } from '../../oci/index.ts';
import { toAncestry } from './read-images.ts';
import type { Ancestry, RunningImage } from './running.ts';

export interface AncestryDeps {
  readonly registry: Pick<RegistryClient, 'getManifest'>;
  readonly pool: RegistryPool;
}

export interface Ancestries {
  readonly byDigest: ReadonlyMap<Sha256, readonly Ancestry[]>;
  /** What could not be read, and why: it counts by its digest alone. */
  readonly unread: readonly { readonly image: RunningImage; readonly reason: string }[];
}

/** Manifests of what runs, each once, with those of an index's platforms. */
export async function readAncestries(
  running: readonly RunningImage[],
  { registry, pool }: AncestryDeps,
): Promise<Ancestries> {
  const distinct = [...new Map(running.map((image) => [image.digest, image])).values()];
  const unread: { image: RunningImage; reason: string }[] = [];
  const read = await pool.map(distinct, async (image) => {
    try {
      return [image.digest, await readAncestry(image, registry)] as const;
    } catch (error) {
      if (!(error instanceof FactoryError) || error.code === 'CANCELLED') {
        throw error;
      }
      unread.push({ image, reason: error.message });
      return [image.digest, []] as const;
    }
  });
  return { byDigest: new Map(read), unread };
}

async function readAncestry(
  { digest, repository }: RunningImage,
  registry: AncestryDeps['registry'],
): Promise<readonly Ancestry[]> {
  if (repository === undefined) {
    throw new FactoryError('REGISTRY_INVALID', `cannot read manifest ${digest}: its repository is not known`);
  }
  parseRepository(repository);
  const found = await registry.getManifest(repository, digest);
  if (found === undefined) {
    throw new FactoryError(
      'REGISTRY_INVALID',
      `cannot read ${repository}@${digest}: it is not in the registry`,
    );
  }
  const image = parseAnyImage(found.bytes, `${repository}@${digest}`);
  const platforms: Ancestry[] = [];
  for (const { digest: platform } of image.kind === 'index' ? image.manifests : []) {
    const manifest = await registry.getManifest(repository, platform);
    if (manifest !== undefined) {
      platforms.push(toAncestry(platform, manifest.bytes));
    }
  }
  return [toAncestry(digest, found.bytes), ...platforms];
}
