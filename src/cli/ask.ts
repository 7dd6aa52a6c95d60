import { createInterface } from 'node:readline';
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
  stderr.write(`${question} [y/N] `);
  // not `terminal: true`, which would take Ctrl-C for itself; the interface closes when the run is cancelled
  for await (const answer of createInterface({ input: stdin, signal })) {
    return /^y(es)?$/i.test(answer.trim());
  }
  return false;
}

/** Asks for a line of text; undefined where nobody is there to answer. */
export async function askText(
  question: string,
  { stdin, stderr, signal }: Pick<Surroundings, 'stdin' | 'stderr' | 'signal'>,
): Promise<string | undefined> {
  if (!stdin.isTTY || !stderr.isTTY) {
    return undefined;
  }
  stderr.write(`${question}: `);
  for await (const answer of createInterface({ input: stdin, signal })) {
    return answer.trim();
  }
  return undefined;
}
