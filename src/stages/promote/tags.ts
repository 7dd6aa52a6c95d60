import { FactoryError } from '../../model/index.ts';
import type { DigestRef, Tag } from '../../model/index.ts';
import { referenceText, tagTakenError } from '../../oci/index.ts';
import type { RegistryClient } from '../../oci/index.ts';

/** Whether a tag, once written, may point at other content later. */
export type TagKind = 'immutable' | 'moving';

/**
 * Points a tag at content that is in the repository already. A tag that is right is left alone; an immutable
 * one that points elsewhere is refused. OCI has no compare-and-swap, so the client reads back what it wrote.
 */
export async function putTag(
  ref: DigestRef,
  { tag, kind }: { readonly tag: Tag; readonly kind: TagKind },
  registry: RegistryClient,
): Promise<void> {
  const current = await registry.headManifest(ref.repository, tag);
  if (current?.digest === ref.digest) {
    return;
  }
  if (current !== undefined && kind === 'immutable') {
    throw tagTakenError(`tag ${referenceText(ref)} as "${tag}"`, current.digest, ref.digest);
  }
  const manifest = await registry.getManifest(ref.repository, ref.digest);
  if (manifest === undefined) {
    throw new FactoryError(
      'REGISTRY_INVALID',
      `cannot tag ${referenceText(ref)}: it is not in the registry`,
      {
        hint: 'run again: the image is pushed anew',
      },
    );
  }
  await registry.putManifest(ref.repository, tag, manifest);
}
