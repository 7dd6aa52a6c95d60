import { createInterface } from 'node:readline/promises';
import type { Surroundings } from './surroundings.ts';

/** Asks on the terminal; false for anything but a yes. Undefined where nobody is there to answer. */
export async function askYesNo(
  question: string,
  { stdin, stderr, signal }: Pick<Surroundings, 'stdin' | 'stderr' | 'signal'>,
): Promise<boolean | undefined> {
  if (!stdin.isTTY || !stderr.isTTY) {
    return undefined;
  }
  // stdout is for results
  const terminal = createInterface({ input: stdin, output: stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `, { signal })).trim());
  } finally {
    terminal.close();
  }
}
