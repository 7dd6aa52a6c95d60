import type { ToolLock } from '../../model/index.ts';
import { parseLockFile, ToolLockSchema } from './lock-schema.ts';

/**
 * Reads a committed tool lock. Its digests were reached from a signature when it was written, and reviewed;
 * they are not compared with the archive again.
 */
export function parseToolLock(text: string, file: string): ToolLock {
  return parseLockFile({ text, file, rewrite: 'ingot lock --tools' }, ToolLockSchema);
}
