import { stat, utimes } from 'node:fs/promises';

/**
 * Notes that a file or folder of the cache is used: a file's time of access, whatever the mount does with it (a change of
 * its other time would make BuildKit take it anew), and a folder's time of change, which no look at it moves.
 */
export async function markUsed(file: string): Promise<void> {
  try {
    const found = await stat(file);
    const now = new Date();
    await utimes(file, now, found.isDirectory() ? now : found.mtime);
  } catch {
    // absent, or another user's: it is only about what goes first
  }
}

/** When it was used last. */
export function usedAtMs(found: {
  readonly isDirectory: () => boolean;
  readonly atimeMs: number;
  readonly mtimeMs: number;
}): number {
  return found.isDirectory() ? found.mtimeMs : Math.max(found.atimeMs, found.mtimeMs);
}
