import type { Sha256 } from '../../model/index.ts';
import type { StorageClass } from './policy.ts';

/** What ECR calls an image: a manifest of any kind with all its tags, also a signature or an index. Times in ms since 1970. */
export interface EcrImage {
  readonly digest: Sha256;
  readonly tags: readonly string[];
  /** When the manifest came; a further tag later does not change it. */
  readonly pushedAtMs: number;
  readonly pulledAtMs?: number;
  readonly archivedAtMs?: number;
  /** Came back from the archive. */
  readonly activatedAtMs?: number;
  readonly storageClass: StorageClass;
  /** Manifests that an index lists; absent for what is none. */
  readonly children?: readonly Sha256[];
  /** Of a referrer: the manifest it is about. */
  readonly subject?: Sha256;
  readonly bytes?: number;
}
