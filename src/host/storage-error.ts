import { FactoryError } from '../model/index.ts';

/** Codes of a full disk or an exhausted quota, errno(3). */
const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** What the operator can do about a file below `folder` that cannot be written or read. */
export function storageError(file: string, folder: string, cause: unknown): FactoryError {
  const code = errorCode(cause);
  const reason = FULL.has(code) ? 'the disk is full' : code || String(cause);
  const hint = FULL.has(code)
    ? `free space on the disk that holds "${folder}", or point XDG_CACHE_HOME at another one, and run again`
    : `check that "${folder}" can be read and written by this user`;
  return new FactoryError('STORAGE_FAILED', `cannot read or write "${file}": ${reason}`, { hint, cause });
}

/** Node's name of a system error, `ENOENT`; empty where there is none. */
export function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
