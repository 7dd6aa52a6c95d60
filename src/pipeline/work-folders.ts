import { join } from 'node:path';
import type { RunDeps } from './deps.ts';

/** Where images of a run keep the blobs they share. */
export function blobsOf({ workDir }: Pick<RunDeps, 'workDir'>): string {
  return join(workDir, 'blobs');
}
