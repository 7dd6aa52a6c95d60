import { evaluateLifecycle, isActedOn, parseLifecyclePolicy, type EcrImage } from '../../src/ecr/index.ts';
import { MEDIA_TYPE, sha256Of } from '../../src/oci/index.ts';
import type { EcrAnswer, EcrContent, EcrInput, StoredRepository } from './ecr-answers.ts';
import { EcrError } from './ecr-limits.ts';

/** A manifest in a repository of ECR; times in ms since 1970. */
export interface StoredImage extends EcrImage {
  readonly manifest: string;
  readonly mediaType: string;
  /** Why its manifest is not given. */
  readonly failure?: string;
}

/** DescribeImages, BatchGetImage: ECR's limits. */
const MOST_DESCRIBED = 1000;
const MOST_IN_BATCH = 100;
/** Of GetLifecyclePolicyPreview, here: so that tests see pages. */
const PREVIEW_PAGE = 2;

/** As it is pushed: its digest and what it lists are those of its bytes. */
export function storedImage(
  manifest: object,
  described: Pick<EcrImage, 'tags' | 'pushedAtMs'> & Partial<StoredImage>,
): StoredImage {
  const text = JSON.stringify({ schemaVersion: 2, ...manifest });
  const { mediaType = MEDIA_TYPE.manifest, manifests } = manifest as {
    mediaType?: string;
    manifests?: readonly { digest: EcrImage['digest'] }[];
  };
  return {
    digest: sha256Of(text),
    manifest: text,
    mediaType,
    storageClass: 'standard',
    bytes: text.length,
    ...(manifests !== undefined && { children: manifests.map(({ digest }) => digest) }),
    ...described,
  };
}

export const ECR_IMAGE_ANSWERS: Readonly<Record<string, EcrAnswer>> = {
  DescribeImages: (input, registry) => {
    const { maxResults = 100, nextToken, imageIds } = input;
    assertAtMost(maxResults, MOST_DESCRIBED);
    const { images = [] } = repositoryOf(input, registry);
    if (imageIds !== undefined) {
      return { imageDetails: namedImages(input, images).map(described) };
    }
    const start = Number(nextToken ?? 0);
    const end = start + Math.min(maxResults, registry.pageSize);
    const next = end < images.length ? { nextToken: String(end) } : {};
    return { imageDetails: images.slice(start, end).map(described), ...next };
  },
  BatchGetImage: (input, registry) => {
    const { imageIds = [] } = input;
    assertAtMost(imageIds.length, MOST_IN_BATCH);
    const { images = [] } = repositoryOf(input, registry);
    const asked = imageIds.map(({ imageDigest }) => ({
      imageDigest,
      image: images.find(({ digest }) => digest === imageDigest),
    }));
    const given = asked.flatMap(({ image }) =>
      image !== undefined && failureOf(image) === undefined ? image : [],
    );
    return {
      images: given.map(({ digest, manifest, mediaType }) => ({
        imageId: { imageDigest: digest },
        imageManifest: manifest,
        imageManifestMediaType: mediaType,
      })),
      failures: asked.flatMap(({ imageDigest, image }) => {
        const failureCode = failureOf(image);
        const failureReason = `ECR says why of ${imageDigest}`;
        return failureCode === undefined ? [] : [{ imageId: { imageDigest }, failureCode, failureReason }];
      }),
    };
  },
  PutImage: (input, registry) => {
    const { imageManifest = '', imageTag = '', imageDigest } = input;
    const repository = repositoryOf(input, registry);
    const { images = [] } = repository;
    const holder = images.find(({ tags }) => tags.includes(imageTag));
    if (holder !== undefined) {
      throw new EcrError(
        holder.digest === imageDigest ? 'ImageAlreadyExistsException' : 'ImageTagAlreadyExistsException',
        `Image tag '${imageTag}' already exists`,
      );
    }
    if (sha256Of(imageManifest) !== imageDigest) {
      throw new EcrError('ImageDigestDoesNotMatchException', 'the manifest has another digest');
    }
    repository.images = images.map((image) =>
      image.digest === imageDigest ? { ...image, tags: [...image.tags, imageTag] } : image,
    );
    return { image: { imageId: { imageDigest, imageTag } } };
  },
  StartLifecyclePolicyPreview: (input, registry) => {
    const repository = repositoryOf(input, registry);
    const parsed = parseLifecyclePolicy(input.lifecyclePolicyText ?? '');
    if (parsed.kind === 'refused') {
      throw new EcrError(
        'InvalidParameterException',
        `Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ${parsed.problems[0]}'`,
      );
    }
    const judged = evaluateLifecycle(repository.images ?? [], parsed.policy, registry.nowMs);
    const previewed = judged.flatMap(({ image: { digest, tags }, fate }) =>
      isActedOn(fate) && fate.kind === 'acted-on' && !registry.spared.has(digest)
        ? [
            {
              imageDigest: digest,
              imageTags: [...tags],
              action: { type: 'EXPIRE' },
              appliedRulePriority: fate.rule,
            },
          ]
        : [],
    );
    repository.preview = { previewed, isSeen: false };
    return { status: 'IN_PROGRESS' };
  },
  GetLifecyclePolicyPreview: (input, registry) => {
    const repository = repositoryOf(input, registry);
    if (repository.preview?.isSeen === false) {
      repository.preview = { ...repository.preview, isSeen: true };
      return { status: 'IN_PROGRESS' };
    }
    const { previewed = [] } = repository.preview ?? {};
    const start = Number(input.nextToken ?? 0);
    const end = start + PREVIEW_PAGE;
    const next = end < previewed.length ? { nextToken: String(end) } : {};
    return { status: 'COMPLETE', previewResults: previewed.slice(start, end), ...next };
  },
};

/** Why ECR gives no manifest. */
function failureOf(image: StoredImage | undefined): string | undefined {
  if (image === undefined) {
    return 'ImageNotFound';
  }
  return image.storageClass === 'archive' ? 'ImageInaccessible' : image.failure;
}

/** All of them, or none; in no pages. */
function namedImages(
  { imageIds = [], maxResults, nextToken }: EcrInput,
  images: readonly StoredImage[],
): readonly StoredImage[] {
  assertAtMost(imageIds.length, MOST_IN_BATCH);
  if (maxResults !== undefined || nextToken !== undefined) {
    throw new EcrError('InvalidParameterException', 'expected no pages of images that are named');
  }
  return imageIds.map(({ imageDigest }) => {
    const image = images.find(({ digest }) => digest === imageDigest);
    if (image === undefined) {
      throw new EcrError('ImageNotFoundException', `The image with imageId ${imageDigest} does not exist`);
    }
    return image;
  });
}

function described(image: StoredImage): object {
  const { digest, tags, mediaType, pushedAtMs, storageClass, subject, bytes } = image;
  return {
    imageDigest: digest,
    ...(tags.length > 0 && { imageTags: tags }),
    imageManifestMediaType: mediaType,
    imagePushedAt: pushedAtMs / 1000,
    imageStatus: storageClass === 'archive' ? 'ARCHIVED' : 'ACTIVE',
    imageSizeInBytes: bytes,
    ...(subject !== undefined && { subjectManifestDigest: subject }),
    ...(image.pulledAtMs !== undefined && { lastRecordedPullTime: image.pulledAtMs / 1000 }),
    ...(image.archivedAtMs !== undefined && { lastArchivedAt: image.archivedAtMs / 1000 }),
    ...(image.activatedAtMs !== undefined && { lastActivatedAt: image.activatedAtMs / 1000 }),
  };
}

function repositoryOf({ repositoryName = '' }: EcrInput, { repositories }: EcrContent): StoredRepository {
  const repository = repositories.get(repositoryName);
  if (repository === undefined) {
    throw new EcrError(
      'RepositoryNotFoundException',
      `The repository with name '${repositoryName}' does not exist`,
    );
  }
  return repository;
}

function assertAtMost(got: number, most: number): void {
  if (got > most) {
    throw new EcrError('InvalidParameterException', `expected at most ${most}, got ${got}`);
  }
}
