import {
  type DescribeImageScanFindingsResponse,
  type ECR,
  LimitExceededException,
  paginateDescribeImageScanFindings,
  ScanNotFoundException,
  UnsupportedImageTypeException,
} from '@aws-sdk/client-ecr';
import type { Sha256 } from '../../model/index.ts';
import { causeName } from './aws-error.ts';
import { createEcrClient, type EcrAccess } from './ecr-client.ts';
import { toEcrFindings, type EcrFinding } from './ecr-findings.ts';

/** One manifest of a repository. */
export interface EcrManifest {
  readonly repository: string;
  readonly digest: Sha256;
}

/** What ECR knows of an image by scanning it itself, or by Amazon Inspector. */
export interface EcrImageScan {
  /** `ScanStatus` of the API reference: `COMPLETE`, `UNSUPPORTED_IMAGE`. */
  readonly status: string;
  readonly description?: string;
  /** Times in ms since 1970. */
  readonly completedAtMs?: number;
  readonly sourceUpdatedAtMs?: number;
  /** Of all pages. */
  readonly findings: readonly EcrFinding[];
}

export interface EcrScanSummary extends Pick<EcrImageScan, 'status' | 'completedAtMs'> {
  /** How many findings of each, `CRITICAL`; absent where ECR does not say. */
  readonly severities?: Readonly<Record<string, number>>;
}

/** Scans of the images of one registry. */
export interface EcrScans {
  /** Undefined where there is none. */
  describe(image: EcrManifest): Promise<EcrImageScan | undefined>;
  /** As `describe`, without the findings. */
  summary(image: EcrManifest): Promise<EcrScanSummary | undefined>;
  /** Of basic scanning, and once a day for each image. */
  start(image: EcrManifest): Promise<'started' | 'limited' | 'unsupported'>;
  close(): void;
}

/** The most that DescribeImageScanFindings gives at once. */
const PAGE = 1000;

export function createEcrScans(access: EcrAccess): EcrScans {
  const ecr = createEcrClient(access);
  withoutRetriesOfLimit(ecr);
  const { signal } = access;
  return {
    describe: (image) => describe(image, ecr, signal),
    summary: (image) => summarise(image, ecr, signal),
    start: (image) => start(image, ecr, signal),
    close: () => {
      ecr.destroy();
    },
  };
}

/** What the SDK takes for throttling, and would ask for again and again, is the limit of a day. */
function withoutRetriesOfLimit(ecr: ECR): void {
  ecr.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        try {
          return await next(args);
        } catch (error) {
          if (commandName === 'StartImageScanCommand' && error instanceof LimitExceededException) {
            throw renamed(error);
          }
          throw error;
        }
      },
    { step: 'finalizeRequest', priority: 'low', name: 'ingotScanLimit' },
  );
}

const DAILY_LIMIT = 'DailyScanLimitExceeded';

function renamed({ message }: Error): Error {
  const error = new Error(message);
  error.name = DAILY_LIMIT;
  return error;
}

async function describe(
  { repository: repositoryName, digest: imageDigest }: EcrManifest,
  ecr: ECR,
  abortSignal: AbortSignal,
): Promise<EcrImageScan | undefined> {
  const pages: DescribeImageScanFindingsResponse[] = [];
  const asked = paginateDescribeImageScanFindings(
    { client: ecr, pageSize: PAGE },
    { repositoryName, imageId: { imageDigest } },
    { abortSignal },
  );
  return unlessNoScan(async () => {
    for await (const page of asked) {
      pages.push(page);
    }
    return toScan(pages);
  });
}

async function summarise(
  { repository: repositoryName, digest: imageDigest }: EcrManifest,
  ecr: ECR,
  abortSignal: AbortSignal,
): Promise<EcrScanSummary | undefined> {
  const asked = { repositoryName, imageId: { imageDigest }, maxResults: 1 };
  return unlessNoScan(async () => {
    const page = await ecr.describeImageScanFindings(asked, { abortSignal });
    const { status, completedAtMs } = toScan([page]);
    const severities = page.imageScanFindings?.findingSeverityCounts;
    return {
      status,
      ...(completedAtMs !== undefined && { completedAtMs }),
      ...(severities !== undefined && { severities }),
    };
  });
}

async function unlessNoScan<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (causeName(error) === ScanNotFoundException.name) {
      return undefined;
    }
    throw error;
  }
}

function toScan(pages: readonly DescribeImageScanFindingsResponse[]): EcrImageScan {
  const { imageScanStatus, imageScanFindings } = pages[0] ?? {};
  const { status = '', description } = imageScanStatus ?? {};
  const { imageScanCompletedAt, vulnerabilitySourceUpdatedAt } = imageScanFindings ?? {};
  return {
    status,
    ...(description !== undefined && { description }),
    ...(imageScanCompletedAt !== undefined && { completedAtMs: imageScanCompletedAt.getTime() }),
    ...(vulnerabilitySourceUpdatedAt !== undefined && {
      sourceUpdatedAtMs: vulnerabilitySourceUpdatedAt.getTime(),
    }),
    findings: pages.flatMap((page) => toEcrFindings(page.imageScanFindings ?? {})),
  };
}

async function start(
  { repository: repositoryName, digest: imageDigest }: EcrManifest,
  ecr: ECR,
  abortSignal: AbortSignal,
): Promise<'started' | 'limited' | 'unsupported'> {
  try {
    await ecr.startImageScan({ repositoryName, imageId: { imageDigest } }, { abortSignal });
    return 'started';
  } catch (error) {
    const name = causeName(error);
    if (name === DAILY_LIMIT) {
      return 'limited';
    }
    if (name === UnsupportedImageTypeException.name) {
      return 'unsupported';
    }
    throw error;
  }
}
