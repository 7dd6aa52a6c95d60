import type { Sha256 } from '../../model/index.ts';

/** API reference, BatchDeleteImage: the most images of one call. */
const MOST_IMAGES = 100;

/** What `aws ecr batch-delete-image --cli-input-json` takes. */
export interface BatchDelete {
  readonly registryId: string;
  readonly repositoryName: string;
  readonly imageIds: readonly { readonly imageDigest: Sha256 }[];
}

export interface Deletable {
  readonly account: string;
  readonly repository: string;
  readonly digests: readonly Sha256[];
}

/** Calls for somebody else to make: ingot deletes nothing in ECR. */
export function batchDeletes({ account, repository, digests }: Deletable): readonly BatchDelete[] {
  return Array.from({ length: Math.ceil(digests.length / MOST_IMAGES) }, (_, at) => ({
    registryId: account,
    repositoryName: repository,
    imageIds: digests.slice(at * MOST_IMAGES, (at + 1) * MOST_IMAGES).map((imageDigest) => ({ imageDigest })),
  }));
}
