import { once } from '../../model/index.ts';
import type { DigestRef } from '../../model/index.ts';
import { MEDIA_TYPE, registrySource } from '../../oci/index.ts';
import { pushContent, readContent } from './content.ts';
import type { ContentSource, PublishDeps } from './content.ts';

/** Pushes what is in one repository of a registry to others of it, as `publish` would have. No tag is written here. */
export async function copyPublished(
  { repository, digest }: DigestRef,
  copies: readonly string[],
  deps: PublishDeps,
): Promise<void> {
  const { registry } = deps;
  const source: ContentSource = {
    readManifest: (wanted) => registrySource(repository, registry).readManifest(wanted),
    // only where the registry does not mount: it is held as a whole then
    blobReader: (blob) => {
      const read = once(() => registry.getBlob(repository, blob.digest, blob.size));
      return async function* bytes() {
        yield await read();
      };
    },
  };
  const content = await readContent({ digest, mediaType: MEDIA_TYPE.index }, source);
  await pushContent(content, { source, repositories: copies, mountFrom: repository }, deps);
}
