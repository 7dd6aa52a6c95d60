import { explainError, FactoryError, ToolError } from '../model/index.ts';
import type { CatalogEntry, ImageOutcome, ReleaseRecord, Stage } from '../model/index.ts';
import { readRelease } from '../stages/promote/index.ts';
import type { RunDeps } from './deps.ts';
import { placesOf } from './plan-image.ts';

export interface StoppedImage {
  readonly entry: CatalogEntry;
  /** Where the error was met. */
  readonly at: Stage;
}

type FailureDeps = Pick<
  RunDeps,
  'catalog' | 'goldenPrefix' | 'registryAddress' | 'registry' | 'verify' | 'signal'
>;

/** How an image ends that an error stopped. A source that is down leaves it at what is published. */
export async function outcomeOfError(
  error: unknown,
  { entry, at }: StoppedImage,
  deps: FailureDeps,
): Promise<ImageOutcome> {
  const failure = toFactoryError(error, deps.signal);
  const { repository } = placesOf(entry, deps);
  const record = isSourceDown(failure, at) ? await readPublished(entry, repository, deps) : undefined;
  return record === undefined
    ? { kind: 'failed', id: entry.id, at, error: failure }
    : { kind: 'kept', id: entry.id, at, ref: { repository, digest: record.digest }, record, error: failure };
}

/**
 * Inputs are looked for while an image is resolved, and fetched before it is built. A registry that is out of reach has
 * no release to show.
 */
function isSourceDown({ code }: FactoryError, at: Stage): boolean {
  return code === 'NETWORK_FAILED' && (at === 'resolve' || at === 'build');
}

/** A registry that does not answer either is no second error. */
async function readPublished(
  { track }: CatalogEntry,
  repository: string,
  deps: FailureDeps,
): Promise<ReleaseRecord | undefined> {
  try {
    return await readRelease({ repository, track }, deps);
  } catch (error) {
    if (error instanceof FactoryError) {
      return undefined;
    }
    throw error;
  }
}

function toFactoryError(met: unknown, signal: AbortSignal): FactoryError {
  const error = explainError(met, signal);
  if (error instanceof FactoryError) {
    return error;
  }
  if (error instanceof ToolError) {
    return new FactoryError('TOOL_FAILED', `cannot go on: ${error.message}`, { cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new FactoryError('INTERNAL', `cannot go on, internal error: ${message}`, {
    hint: 'this is a bug in ingot: please report it with the stack below',
    cause: error,
  });
}
