import { FactoryError } from '../../model/index.ts';
import type { DigestRef, Tag } from '../../model/index.ts';
import { referenceText, tagTakenError } from '../../oci/index.ts';
import type { RegistryClient } from '../../oci/index.ts';

/** Whether a tag, once written, may point at other content later. */
export type TagKind = 'immutable' | 'moving';

export interface TagToPut {
  readonly tag: Tag;
  readonly kind: TagKind;
  /** A tag that never moves, for what the moving one leaves; written before it moves. */
  readonly leaving?: Tag;
}

/**
 * Points a tag at content that is in the repository already. A tag that is right is left alone; an immutable
 * one that points elsewhere is refused. OCI has no compare-and-swap, so the client reads back what it wrote.
 */
export async function putTag(
  ref: DigestRef,
  { tag, kind, leaving }: TagToPut,
  registry: RegistryClient,
): Promise<void> {
  const current = await registry.headManifest(ref.repository, tag);
  if (current?.digest === ref.digest) {
    return;
  }
  if (current !== undefined && kind === 'immutable') {
    throw tagTakenError(`tag ${referenceText(ref)} as "${tag}"`, current.digest, ref.digest);
  }
  if (current !== undefined && leaving !== undefined) {
    await markLeft({ repository: ref.repository, digest: current.digest }, leaving, registry);
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

/** Where it is marked already, a run was killed before the tag moved; what a hand put there since is no release. */
async function markLeft(
  { repository, digest }: DigestRef,
  leaving: Tag,
  registry: RegistryClient,
): Promise<void> {
  if ((await registry.headManifest(repository, leaving)) !== undefined) {
    return;
  }
  const manifest = await registry.getManifest(repository, digest);
  if (manifest !== undefined) {
    await registry.putManifest(repository, leaving, manifest);
  }
}
