import { setTimeout as delay } from 'node:timers/promises';
import {
  type DescribeImagesRequest,
  type ECR,
  type ImageDetail,
  type ImageFailure,
  type LifecyclePolicyPreviewResult,
  paginateDescribeImages,
  paginateGetLifecyclePolicyPreview,
} from '@aws-sdk/client-ecr';
import { FactoryError, type Sha256, type Tag } from '../../model/index.ts';
import { isSha256, parseSha256 } from '../../oci/index.ts';
import { causeName } from './aws-error.ts';
import { createEcrClient, type EcrAccess } from './ecr-client.ts';

/** An image as ECR lists it; times in ms since 1970. */
export interface ListedImage {
  readonly digest: Sha256;
  readonly tags: readonly string[];
  readonly mediaType: string;
  readonly pushedAtMs: number;
  readonly pulledAtMs?: number;
  readonly archivedAtMs?: number;
  readonly activatedAtMs?: number;
  readonly storageClass: 'standard' | 'archive';
  readonly subject?: Sha256;
  readonly bytes?: number;
}

/** What ECR's own preview of a lifecycle policy says of an image. */
export interface PreviewedImage {
  readonly digest: Sha256;
  readonly action: 'expire' | 'transition';
  readonly rule: number;
}

/** The images of one registry, by the control plane. Nothing here deletes. */
export interface EcrImages {
  /** Undefined where there is no such repository. */
  list(repository: string): Promise<readonly ListedImage[] | undefined>;
  /** The same of some of them, 100 at most; nothing where one of them is not there. */
  describe(repository: string, digests: readonly Sha256[]): Promise<readonly ListedImage[]>;
  /** Those that are there; one that is and cannot be read, as an archived one, ends it. */
  manifests(repository: string, digests: readonly Sha256[]): Promise<ReadonlyMap<Sha256, Uint8Array>>;
  /** Of a policy that need not be the repository's; it changes nothing. */
  preview(repository: string, policy: string): Promise<readonly PreviewedImage[]>;
  /** A further tag of an image that is there. */
  tag(repository: string, digest: Sha256, tag: Tag): Promise<void>;
  close(): void;
}

/** The most that DescribeImages gives at once, and BatchGetImage and GetLifecyclePolicyPreview. */
const IMAGES_PAGE = 1000;
const BATCH = 100;
const PREVIEW_PAGE = 100;
const PREVIEW_POLL_MS = 1000;
const PREVIEW_TIMEOUT_MS = 300_000;

const ABSENT: ReadonlySet<string> = new Set(['RepositoryNotFoundException', 'ImageNotFoundException']);

interface Connected {
  readonly ecr: ECR;
  readonly signal: AbortSignal;
}

export function createEcrImages(access: EcrAccess): EcrImages {
  const connected = { ecr: createEcrClient(access), signal: access.signal };
  return {
    list: (repository) => listImages({ repositoryName: repository }, connected),
    describe: async (repositoryName, digests) => {
      const imageIds = digests.map((imageDigest) => ({ imageDigest }));
      return (await listImages({ repositoryName, imageIds }, connected)) ?? [];
    },
    manifests: (repository, digests) => getManifests(repository, digests, connected),
    preview: (repository, policy) => previewPolicy(repository, policy, connected),
    tag: (repository, digest, tag) => tagImage({ repository, digest, tag }, connected),
    close: () => {
      connected.ecr.destroy();
    },
  };
}

async function listImages(
  asked: Pick<DescribeImagesRequest, 'repositoryName' | 'imageIds'>,
  { ecr, signal }: Connected,
): Promise<readonly ListedImage[] | undefined> {
  const listed: ListedImage[] = [];
  const pages = paginateDescribeImages(
    // of images that are named there are no pages
    { client: ecr, ...(asked.imageIds === undefined && { pageSize: IMAGES_PAGE }) },
    { ...asked, filter: { imageStatus: 'ANY' } },
    { abortSignal: signal },
  );
  try {
    for await (const { imageDetails = [] } of pages) {
      listed.push(...imageDetails.map(toListed));
    }
  } catch (error) {
    if (ABSENT.has(causeName(error) ?? '')) {
      return undefined;
    }
    throw error;
  }
  return listed;
}

function toListed(detail: ImageDetail): ListedImage {
  const { imageDigest = '', imageTags = [], imageManifestMediaType = '', imageSizeInBytes } = detail;
  return {
    digest: parseSha256(imageDigest),
    tags: imageTags,
    mediaType: imageManifestMediaType,
    storageClass: detail.imageStatus === 'ARCHIVED' ? 'archive' : 'standard',
    ...timesOf(detail),
    ...subjectOf(detail),
    ...(imageSizeInBytes !== undefined && { bytes: imageSizeInBytes }),
  };
}

function timesOf({
  imagePushedAt,
  lastRecordedPullTime,
  lastArchivedAt,
  lastActivatedAt,
}: ImageDetail): Pick<ListedImage, 'pushedAtMs' | 'pulledAtMs' | 'archivedAtMs' | 'activatedAtMs'> {
  return {
    pushedAtMs: imagePushedAt?.getTime() ?? 0,
    ...(lastRecordedPullTime !== undefined && { pulledAtMs: lastRecordedPullTime.getTime() }),
    ...(lastArchivedAt !== undefined && { archivedAtMs: lastArchivedAt.getTime() }),
    ...(lastActivatedAt !== undefined && { activatedAtMs: lastActivatedAt.getTime() }),
  };
}

function subjectOf({ subjectManifestDigest: subject }: ImageDetail): Pick<ListedImage, 'subject'> {
  return subject !== undefined && isSha256(subject) ? { subject } : {};
}

async function getManifests(
  repositoryName: string,
  digests: readonly Sha256[],
  { ecr, signal }: Connected,
): Promise<ReadonlyMap<Sha256, Uint8Array>> {
  const found = new Map<Sha256, Uint8Array>();
  for (let start = 0; start < digests.length; start += BATCH) {
    const imageIds = digests.slice(start, start + BATCH).map((imageDigest) => ({ imageDigest }));
    const { images = [], failures = [] } = await ecr.batchGetImage(
      { repositoryName, imageIds },
      { abortSignal: signal },
    );
    assertOnlyAbsent(repositoryName, failures);
    for (const { imageId, imageManifest } of images) {
      if (imageManifest !== undefined) {
        found.set(parseSha256(imageId?.imageDigest ?? ''), Buffer.from(imageManifest));
      }
    }
  }
  return found;
}

/** What was listed may have gone since. Of anything else nobody knows what it lists or was built on. */
function assertOnlyAbsent(repository: string, failures: readonly ImageFailure[]): void {
  const unread = failures.filter(({ failureCode }) => failureCode !== 'ImageNotFound');
  if (unread.length > 0) {
    const named = unread.map(({ imageId, failureCode = '', failureReason }) =>
      [
        `${imageId?.imageDigest ?? ''}: ${failureCode}`,
        ...((failureReason ?? '') ? [failureReason] : []),
      ].join(', '),
    );
    throw new FactoryError(
      'AWS_FAILED',
      `cannot read manifests of "${repository}": ${named.toSorted().join('; ')}`,
      { hint: 'what cannot be read is not taken for unused: with KmsError, see that the key allows it' },
    );
  }
}

async function previewPolicy(
  repositoryName: string,
  lifecyclePolicyText: string,
  connected: Connected,
): Promise<readonly PreviewedImage[]> {
  const { ecr, signal } = connected;
  await ecr.startLifecyclePolicyPreview({ repositoryName, lifecyclePolicyText }, { abortSignal: signal });
  await previewEnded(repositoryName, connected);
  const results: LifecyclePolicyPreviewResult[] = [];
  const pages = paginateGetLifecyclePolicyPreview(
    { client: ecr, pageSize: PREVIEW_PAGE },
    { repositoryName },
    { abortSignal: signal },
  );
  for await (const { previewResults = [] } of pages) {
    results.push(...previewResults);
  }
  return results.map(({ imageDigest = '', action, appliedRulePriority = 0 }) => ({
    digest: parseSha256(imageDigest),
    action: action?.type === 'TRANSITION' ? 'transition' : 'expire',
    rule: appliedRulePriority,
  }));
}

async function previewEnded(repositoryName: string, { ecr, signal }: Connected): Promise<void> {
  const deadline = AbortSignal.timeout(PREVIEW_TIMEOUT_MS);
  for (;;) {
    const { status = 'FAILED' } = await ecr.getLifecyclePolicyPreview(
      { repositoryName },
      { abortSignal: signal },
    );
    if (status === 'COMPLETE') {
      return;
    }
    if (status !== 'IN_PROGRESS' || deadline.aborted) {
      throw new FactoryError(
        'AWS_FAILED',
        `cannot preview the lifecycle policy of "${repositoryName}": it is ${status}`,
      );
    }
    await delay(PREVIEW_POLL_MS, undefined, { signal });
  }
}

interface NewTag {
  readonly repository: string;
  readonly digest: Sha256;
  readonly tag: Tag;
}

async function tagImage({ repository, digest, tag }: NewTag, connected: Connected): Promise<void> {
  const manifest = (await getManifests(repository, [digest], connected)).get(digest);
  if (manifest === undefined) {
    throw new FactoryError('AWS_FAILED', `cannot tag ${repository}@${digest}: it is not there`);
  }
  try {
    await connected.ecr.putImage(
      {
        repositoryName: repository,
        imageManifest: Buffer.from(manifest).toString('utf8'),
        imageDigest: digest,
        imageTag: tag,
      },
      { abortSignal: connected.signal },
    );
  } catch (error) {
    if (causeName(error) !== 'ImageAlreadyExistsException') {
      throw error;
    }
  }
}
