import type { Rate } from './token-bucket.ts';

/**
 * Calls a second that an account may make in a region by default, "Amazon ECR service quotas" of the user guide. Where
 * an account was given more, the SDK's adaptive retry finds no reason to wait, and only these are the limit.
 */
const PUBLISHED: Readonly<Record<string, number>> = {
  BatchCheckLayerAvailability: 1000,
  BatchGetImage: 2000,
  CompleteLayerUpload: 100,
  GetAuthorizationToken: 500,
  GetDownloadUrlForLayer: 3000,
  InitiateLayerUpload: 100,
  PutImage: 10,
  UploadLayerPart: 500,
};

/** AWS publishes none for the others; these have to leave room for whoever else works in the account. */
const READING_PER_SECOND = 20;
const WRITING_PER_SECOND = 10;

/** By operation, `PutImage`. */
export function ecrRate(operation: string): Rate {
  const isReading = /^(Batch)?(Describe|Get|List)/.test(operation);
  const perSecond = PUBLISHED[operation] ?? (isReading ? READING_PER_SECOND : WRITING_PER_SECOND);
  return { perSecond, burst: perSecond };
}
