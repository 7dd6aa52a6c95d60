import type { EcrImages, ListedImage } from '../../host/aws/ecr-images.ts';
import type { Sha256 } from '../../model/index.ts';
import { DOCKER_MEDIA_TYPE, MEDIA_TYPE, isSha256, parseAnyImage } from '../../oci/index.ts';
import type { EcrImage } from './image.ts';
import { interned, type Interned } from './intern.ts';
import type { Ancestry } from './running.ts';

const BASE_DIGEST = 'org.opencontainers.image.base.digest';

const INDEX_TYPES: readonly string[] = [MEDIA_TYPE.index, DOCKER_MEDIA_TYPE.index];

export type ImageReader = Pick<EcrImages, 'list' | 'manifests'>;

/** The images of a repository with what their indexes list; undefined where it is not there. */
export async function readImages(
  repository: string,
  reader: ImageReader,
  known: Interned,
): Promise<readonly EcrImage[] | undefined> {
  const listed = await reader.list(repository);
  if (listed === undefined) {
    return undefined;
  }
  const indexes = listed.filter(isReadableIndex).map(({ digest }) => digest);
  const manifests = await reader.manifests(repository, indexes);
  return listed.map(({ mediaType: _, ...image }) => {
    const bytes = manifests.get(image.digest);
    const children = bytes === undefined ? {} : { children: childrenOf(bytes, image.digest) };
    return interned({ ...image, ...children }, known);
  });
}

/** What is in the archive cannot be read, and holds nothing there. */
function isReadableIndex({ mediaType, storageClass }: ListedImage): boolean {
  return INDEX_TYPES.includes(mediaType) && storageClass === 'standard';
}

function childrenOf(bytes: Uint8Array, digest: Sha256): readonly Sha256[] {
  const image = parseAnyImage(bytes, `index ${digest}`);
  return image.kind === 'index' ? image.manifests.map((each) => each.digest) : [];
}

/** Layers of every platform that an index lists, unless it is in the archive: what others may have been built on. */
export async function readPlatforms(
  repository: string,
  images: readonly EcrImage[],
  reader: ImageReader,
): Promise<readonly Ancestry[]> {
  const archived = new Set(
    images.filter(({ storageClass }) => storageClass === 'archive').map(({ digest }) => digest),
  );
  const platforms = new Set(images.flatMap(({ children = [] }) => children)).difference(archived);
  const manifests = await reader.manifests(repository, [...platforms]);
  return [...manifests].map(([digest, bytes]) => toAncestry(digest, bytes));
}

/** What a manifest says of what it was built on; an index has no layers of its own. */
export function toAncestry(digest: Sha256, bytes: Uint8Array): Ancestry {
  const image = parseAnyImage(bytes, `manifest ${digest}`);
  const { layers, annotations } =
    image.kind === 'index' ? { layers: [], annotations: image.annotations } : image.manifest;
  const base = annotations?.[BASE_DIGEST];
  return {
    digest,
    layers: layers.map((layer) => layer.digest),
    ...(base !== undefined && isSha256(base) && { base }),
  };
}
