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
  /** For the run's log: `the mirror`. */
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

export interface FindDeps {
  readonly cache: Pick<ContentCache, 'put'>;
  readonly downloads: Downloads;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Another place does not help against these. */
const FINAL_CODES: readonly FactoryErrorCode[] = ['STORAGE_FAILED', 'CANCELLED'];

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
  const failures: FactoryError[] = [];
  for (const place of places) {
    try {
      const file = await place.fetch(wanted, (chunks) => store(wanted, chunks, deps));
      if (file !== undefined) {
        tellFound(wanted, place, { isCopy: place !== places[0], emit: deps.emit });
        return { file, place: place.name };
      }
    } catch (error) {
      failures.push(passedOver(error, deps.signal));
      tellFailed(wanted, failures.at(-1), { isLast: place === places.at(-1), emit: deps.emit });
    }
  }
  const tampered = failures.find(({ code }) => code === 'INPUT_COPY_TAMPERED');
  throw tampered ?? failures[0] ?? nowhere(wanted, places);
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

function tellFailed(
  { what }: WantedInput,
  failure: FactoryError | undefined,
  { isLast, emit }: { readonly isLast: boolean; readonly emit: Emit },
): void {
  if (failure !== undefined && !isLast) {
    const message = `${what}: ${failure.code}: ${failure.message}; looking for another copy`;
    emit({ kind: 'notice', level: 'warn', message });
  }
}

function nowhere(
  { what, file, locked }: WantedInput,
  [origin, ...copies]: readonly InputPlace[],
): FactoryError {
  const code = locked === undefined ? 'ARTIFACT_NOT_FOUND' : 'PACKAGE_NOT_FOUND';
  const others = copies.map(({ name }) => `, nor ${name}`).join('');
  const message = `cannot fetch ${what}: ${origin?.name ?? 'no place'} does not have ${file}${others}`;
  return new FactoryError(code, message, {
    hint: 'the archive moved on since this was locked: run again, with `ingot lock` before it if you use --locked',
  });
}
