import type { Chunks, ContentCache, ContentDigest } from '../../host/content-cache.ts';
import { FactoryError, type Emit, type FactoryErrorCode, type LockedPackage } from '../../model/index.ts';
import type { Downloads } from './downloads.ts';

/** A locked file that is not in the cache. */
export interface WantedInput {
  /** For messages: `package "libc6" 2.41-12 (amd64)`. */
  readonly what: string;
  /** What it is called where it comes from: a path in the archive, or an upstream's own name. */
  readonly file: string;
  readonly digest: ContentDigest;
  readonly maxBytes: number;
  /** Set for what comes from Debian's archives. */
  readonly locked?: LockedPackage;
}

/** Verifies bytes by the wanted digest and keeps them in the cache; gives their path there. */
export type StoreInput = (chunks: Chunks) => Promise<string>;

/** Somewhere a locked file can be had from. Whoever serves the bytes, `store` accepts the right ones only. */
export interface InputPlace {
  /** For the run's log: `the mirror`. Several may be parts of one, with one name. */
  readonly name: string;
  /** Undefined where this place does not have the file. */
  fetch(wanted: WantedInput, store: StoreInput): Promise<string | undefined>;
}

/** Where an input was found that needed no place. */
export const CACHE = 'the cache';

export interface FoundInput {
  /** Path in the cache. */
  readonly file: string;
  readonly place: string;
}

interface PlaceFailure {
  readonly place: InputPlace;
  readonly error: FactoryError;
}

export interface FindDeps {
  readonly cache: Pick<ContentCache, 'put'>;
  readonly downloads: Downloads;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Another place does not help against these. */
const FINAL_CODES: readonly FactoryErrorCode[] = ['STORAGE_FAILED', 'CANCELLED'];

/** Somebody or something changed the bytes. */
const CHANGED_CODES: readonly FactoryErrorCode[] = ['INPUT_COPY_TAMPERED', 'DIGEST_MISMATCH'];

/**
 * Asks one place after the other: where a file comes from first, then where copies are kept. A place that fails, or
 * serves other bytes, is named in the log and passed over; a copy that was tampered with is the error of the whole
 * if no other place has the file.
 */
export async function findInput(
  wanted: WantedInput,
  places: readonly InputPlace[],
  deps: FindDeps,
): Promise<FoundInput> {
  const failures: PlaceFailure[] = [];
  for (const place of places) {
    try {
      const file = await place.fetch(wanted, (chunks) => store(wanted, chunks, deps));
      if (file !== undefined) {
        tellFound(wanted, place, { isCopy: place !== places[0], emit: deps.emit });
        return { file, place: place.name };
      }
    } catch (error) {
      const failure = { place, error: passedOver(error, deps.signal) };
      failures.push(failure);
      if (place !== places.at(-1)) {
        tellFailed(wanted, failure, deps.emit);
      }
    }
  }
  throw findFailed(wanted, places, failures);
}

function store(wanted: WantedInput, chunks: Chunks, { cache, downloads }: FindDeps): Promise<string> {
  const content = { what: wanted.file, maxBytes: wanted.maxBytes };
  return cache.put(wanted.digest, downloads.counted(chunks), content);
}

/** Throws what no other place can make good. */
function passedOver(error: unknown, signal: AbortSignal): FactoryError {
  if (signal.aborted || !(error instanceof FactoryError) || FINAL_CODES.includes(error.code)) {
    throw error;
  }
  return error;
}

function tellFound(
  { what }: WantedInput,
  { name }: InputPlace,
  { isCopy, emit }: { readonly isCopy: boolean; readonly emit: Emit },
): void {
  if (isCopy) {
    emit({ kind: 'notice', level: 'info', message: `${what}: found in ${name}` });
  }
}

function tellFailed({ what }: WantedInput, { error }: PlaceFailure, emit: Emit): void {
  const message = `${what}: ${error.code}: ${error.message}; looking for another copy`;
  emit({ kind: 'notice', level: 'warn', message });
}

/** The error to act on: a file that was changed, else why the file's own place failed, else that it is gone. */
function findFailed(
  wanted: WantedInput,
  places: readonly InputPlace[],
  failures: readonly PlaceFailure[],
): FactoryError {
  const changed = failures.find(({ error }) => CHANGED_CODES.includes(error.code));
  const own = failures.find(({ place }) => place === places[0]);
  return (changed ?? own)?.error ?? nowhere(wanted, places, failures);
}

function nowhere(
  { what, file, locked }: WantedInput,
  [origin, ...copies]: readonly InputPlace[],
  failures: readonly PlaceFailure[],
): FactoryError {
  const others = copies.map((copy) => {
    const failure = failures.find(({ place }) => place === copy);
    return failure === undefined ? `, nor ${copy.name}` : `; ${failure.error.message}`;
  });
  return new FactoryError(
    locked === undefined ? 'ARTIFACT_NOT_FOUND' : 'PACKAGE_NOT_FOUND',
    `cannot fetch ${what}: ${origin?.name ?? 'no place'} does not have ${file}${[...new Set(others)].join('')}`,
    {
      hint: 'the archive moved on since this was locked: run again, with `ingot lock` before it if you use --locked',
      cause: failures[0]?.error,
    },
  );
}
