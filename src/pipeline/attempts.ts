import { z } from 'zod';
import canonicalize from 'canonicalize';
import type { FileStore } from '../host/file-store.ts';
import { FactoryError } from '../model/index.ts';
import type {
  BuildInputs,
  Emit,
  FactoryErrorCode,
  FailedAttempts,
  ImageId,
  ImageOutcome,
  Stage,
} from '../model/index.ts';
import { sha256Of } from '../oci/index.ts';

/** What this machine remembers of images that fail. A machine that remembers nothing tries all of them. */
export interface Attempts {
  of(image: ImageId): Promise<FailedAttempts | undefined>;
  keep(image: ImageId, attempts: FailedAttempts | undefined): Promise<void>;
}

const AttemptsSchema = z.object({
  failures: z.int().positive(),
  waited: z.int().nonnegative(),
  recipe: z.string(),
  code: z.string(),
  message: z.string(),
});

/** Each image is one file; an empty one says that it did not fail. What cannot be kept is told, and stops nothing. */
export function createAttempts(store: FileStore, emit: Emit): Attempts {
  return {
    of: async (image) => {
      try {
        return AttemptsSchema.parse(JSON.parse((await store.read(`${image}.json`)) ?? ''));
      } catch {
        return undefined;
      }
    },
    keep: async (image, attempts) => {
      try {
        await store.write(`${image}.json`, attempts === undefined ? '' : `${JSON.stringify(attempts)}\n`);
      } catch (error) {
        if (!(error instanceof FactoryError)) {
          throw error;
        }
        emit({
          kind: 'notice',
          level: 'warn',
          message: `cannot remember failures of ${image}: ${error.message}`,
        });
      }
    },
  };
}

/** The first two failures may be chance. */
const FREE_FAILURES = 2;
const MOST_RUNS = 32;

/** How many runs leave an image out after so many failures in a row: 0, 0, 1, 2, 4, 8, 16, 32, 32 … */
export function runsToWait(failures: number): number {
  return failures <= FREE_FAILURES ? 0 : Math.min(2 ** (failures - FREE_FAILURES - 1), MOST_RUNS);
}

/** Runs that an image waits yet, this one included; 0: it is tried. Another recipe was perhaps mended. */
export function runsLeft({ failures, waited, recipe }: FailedAttempts, recipeNow: string): number {
  return recipe === recipeNow ? Math.max(0, runsToWait(failures) - waited) : 0;
}

/** What the catalog itself says of how an image is made and tested. */
export function recipeDigest({ dockerfile, files, tests }: BuildInputs): string {
  return sha256Of(canonicalize({ dockerfile, files, tests }) ?? '');
}

/** Stages whose failures are an image's own, and what can go wrong there that has nothing to do with it. */
const OWN_STAGES: readonly Stage[] = ['build', 'test', 'sbom', 'scan'];
const OF_OTHERS: readonly FactoryErrorCode[] = ['CANCELLED', 'NETWORK_FAILED', 'STORAGE_FAILED'];

/** What is remembered after an attempt; undefined: nothing, as the fault was not the image's, or there was none. */
export function afterAttempt(
  outcome: ImageOutcome,
  recipe: string,
  before: FailedAttempts | undefined,
): FailedAttempts | undefined {
  if (outcome.kind !== 'failed') {
    return undefined;
  }
  const { at, error } = outcome;
  if (!OWN_STAGES.includes(at) || OF_OTHERS.includes(error.code)) {
    return before;
  }
  const failures = before?.recipe === recipe ? before.failures + 1 : 1;
  return { failures, waited: 0, recipe, code: error.code, message: error.message };
}
