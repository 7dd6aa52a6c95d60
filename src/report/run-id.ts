import { randomBytes } from 'node:crypto';

const RANDOM_BYTES = 2;

/** `20261123T214530Z-3fa9`: names sort by time, and two runs of one second stay apart. */
export function newRunId(startedAt: Date): string {
  const instant = startedAt
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '');
  return `${instant}-${randomBytes(RANDOM_BYTES).toString('hex')}`;
}
