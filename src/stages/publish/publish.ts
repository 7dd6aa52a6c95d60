import { FactoryError } from '../../model/index.ts';
import type { GatedImage, ImageRepositories, PublishedImage } from '../../model/index.ts';
import { readBlob, streamBlob } from '../../oci/index.ts';
import { pushContent, readContent } from './content.ts';
import type { ContentSource, ImageContent, PublishDeps } from './content.ts';

/** Pushes the image by digest, to the golden repository and every copy. No tag is written here. */
export async function publish(
  image: GatedImage,
  target: ImageRepositories,
  deps: PublishDeps,
): Promise<PublishedImage> {
  const { layoutDir, index, rendered } = image.tested.built;
  const source: ContentSource = {
    readManifest: (digest) => readBlob(layoutDir, digest),
    blobReader:
      ({ digest }) =>
      () =>
        streamBlob(layoutDir, digest),
  };
  const content = await readContent(index, source);
  assertTested(content, image);
  const { repository, copies } = target;
  await pushContent(content, { source, repositories: [repository] }, deps);
  await pushContent(content, { source, repositories: copies, mountFrom: repository }, deps);
  const { digest } = index;
  return {
    ref: { repository, digest },
    copies: copies.map((copy) => ({ repository: copy, digest })),
    buildId: rendered.buildId,
  };
}

/** What is pushed has to be what was tested. */
function assertTested({ manifests }: ImageContent, image: GatedImage): void {
  const { index, platforms } = image.tested.built;
  const listed = manifests.slice(0, -1);
  const tested = new Set(platforms.map(({ manifest }) => manifest.digest));
  if (listed.length !== tested.size || !listed.every(({ digest }) => tested.has(digest))) {
    throw new FactoryError(
      'DIGEST_MISMATCH',
      `cannot publish ${index.digest}: its index names other manifests than were tested`,
    );
  }
}
