import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Machine } from '../support/ingot.ts';
import { REPOSITORY } from '../support/repository.ts';

/** Runs ingot, and tells the most memory that its process ever had, in bytes. */
export async function peakOf(
  args: readonly string[],
  machine: Machine,
  more: Readonly<Record<string, string>> = {},
): Promise<number> {
  const file = join(machine.folder, 'peak-memory');
  const hook = join(REPOSITORY, 'test/bench/peak-memory.ts');
  const env = { ...more, NODE_OPTIONS: `--import=${hook}`, PEAK_MEMORY: file };
  const { exitCode, output } = await machine.ingot(args, { env });
  if (exitCode !== 0) {
    throw new Error(`ingot ${args.join(' ')} exited with ${String(exitCode)}: ${output}`);
  }
  return Number(await readFile(file, 'utf8'));
}
