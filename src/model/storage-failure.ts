import { cancelledError, FactoryError, ToolError } from './error.ts';

/** What is wrong with a disk, or with what this process may do, and what the operator can do about it. */
interface StorageFault {
  readonly reason: string;
  readonly hint: (folder?: string) => string;
}

const FULL: StorageFault = {
  reason: 'the disk is full',
  hint: (folder) =>
    `free space on ${diskOf(folder)} (see df -h, and df -i), and run again; \`ingot local clean\` removes what can be fetched again`,
};
const DENIED: StorageFault = {
  reason: 'this user may not',
  hint: (folder) =>
    `check that ${folder === undefined ? 'it' : `"${folder}"`} can be read and written by this user`,
};
const TOO_MANY_FILES: StorageFault = {
  reason: 'too many files are open',
  hint: () => 'raise the limit of open files (ulimit -n), or end what else opens as many, and run again',
};

/** By the names of errno(3). */
const FAULTS: ReadonlyMap<string, StorageFault> = new Map([
  ['ENOSPC', FULL],
  ['EDQUOT', { ...FULL, reason: "this user's share of the disk is full" }],
  ['EACCES', DENIED],
  ['EPERM', DENIED],
  ['EMFILE', TOO_MANY_FILES],
  ['ENFILE', TOO_MANY_FILES],
  [
    'EROFS',
    {
      reason: 'the file system is read-only',
      hint: (folder) => `see why ${diskOf(folder)} is mounted read-only (dmesg), and run again`,
    },
  ],
  [
    'EIO',
    {
      reason: 'the disk does not answer as it should',
      hint: (folder) => `see what the kernel says of ${diskOf(folder)} (dmesg)`,
    },
  ],
]);

function diskOf(folder: string | undefined): string {
  return folder === undefined ? 'the disk' : `the disk of "${folder}"`;
}

/** What strerror(3) says of a full disk, and Debian's docker-registry by Linux's number of it. */
const SAYS_FULL = /no space left on device|disk quota exceeded|"Err":(?:28|122)\b/i;

/** Whether a program or a registry tells of a full disk, which may be its own. */
export function saysDiskIsFull(text: string): boolean {
  return SAYS_FULL.test(text);
}

/** What the operator can do about a file below `folder` that cannot be written or read. */
export function storageError(file: string, folder: string, cause: unknown): FactoryError {
  const code = errorCode(cause);
  const fault = FAULTS.get(code);
  const reason = fault === undefined ? code || String(cause) : reasonOf(fault, cause);
  const { hint } = fault ?? DENIED;
  return new FactoryError('STORAGE_FAILED', `cannot read or write "${file}": ${reason}`, {
    hint: hint(folder),
    cause,
  });
}

/** `the disk is full (ENOSPC, mkdir)` */
function reasonOf({ reason }: StorageFault, cause: unknown): string {
  const attempt = [errorCode(cause), textOf(cause, 'syscall')].filter((part) => part !== '');
  return `${reason} (${attempt.join(', ')})`;
}

/** Node's name of a system error, `ENOENT`; empty where there is none. */
export function errorCode(error: unknown): string {
  return textOf(error, 'code');
}

/** Of the operating system: a library's own errors have codes as well. */
export function isSystemError(error: unknown): boolean {
  return textOf(error, 'syscall') !== '';
}

function textOf(error: unknown, field: 'code' | 'path' | 'syscall'): string {
  const value: unknown = error instanceof Error ? Reflect.get(error, field) : undefined;
  return typeof value === 'string' ? value : '';
}

/**
 * What an error is to the operator, whoever met it. Once a run was cancelled, whatever was under way has broken off
 * because of it; and a full disk is one, also where a program, a registry or a library tells of it in its own words.
 */
export function explainError(error: unknown, signal: AbortSignal): unknown {
  return signal.aborted ? cancelledError(error) : (storageFailure(error) ?? error);
}

/** Undefined where neither the error nor what caused it is about a disk. */
export function storageFailure(error: unknown): FactoryError | undefined {
  for (const each of withCauses(error)) {
    if (each instanceof FactoryError && each.code === 'STORAGE_FAILED') {
      return each;
    }
    const failure = systemFailure(each, error) ?? toldFailure(each, error);
    if (failure !== undefined) {
      return failure;
    }
  }
  return undefined;
}

/** What was under way comes before what could not be closed because of it. */
function* withCauses(error: unknown): Generator {
  yield error;
  if (error instanceof SuppressedError) {
    yield* withCauses(error.suppressed);
    yield* withCauses(error.error);
  } else if (error instanceof Error && error.cause !== undefined) {
    yield* withCauses(error.cause);
  }
}

function systemFailure(found: unknown, error: unknown): FactoryError | undefined {
  const fault = FAULTS.get(errorCode(found));
  const path = textOf(found, 'path');
  // whoever has worded it knows better why this user may not; without a path it is no file
  if (fault === undefined || (fault === DENIED && (path === '' || error instanceof FactoryError))) {
    return undefined;
  }
  return path === '' ? failureOf(error, reasonOf(fault, found), fault) : storageError(path, path, found);
}

function toldFailure(found: unknown, error: unknown): FactoryError | undefined {
  const line = wordsOf(found).split('\n').findLast(saysDiskIsFull);
  return line === undefined ? undefined : failureOf(error, line.trim(), FULL);
}

function wordsOf(error: unknown): string {
  if (error instanceof ToolError) {
    return error.stderrTail;
  }
  return error instanceof Error ? error.message : '';
}

/** With what was being done, where the error tells. */
function failureOf(error: unknown, reason: string, { hint }: StorageFault): FactoryError {
  const done = error instanceof FactoryError ? error.message : 'cannot go on';
  const message = done.includes(reason) ? done : `${done}: ${reason}`;
  return new FactoryError('STORAGE_FAILED', message, { hint: hint(), cause: error });
}
