import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What a tutorial has its reader do: write a file, or run a command and see these lines. */
export type TutorialStep =
  | { readonly kind: 'file'; readonly path: string; readonly content: string }
  | { readonly kind: 'command'; readonly command: string; readonly output: readonly string[] };

/** Fenced code: a language, and behind it the path of the file, which no `console` block has. */
const BLOCK = /^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm;

/** Steps of a Markdown text, in its order. */
export function tutorialSteps(markdown: string): readonly TutorialStep[] {
  return [...markdown.matchAll(BLOCK)].flatMap(([, language, file, content = '']) => {
    if (language === 'console') {
      return commandsIn(content);
    }
    return file === undefined ? [] : [{ kind: 'file' as const, path: file, content }];
  });
}

function commandsIn(block: string): readonly TutorialStep[] {
  return block
    .split(/^\$ /m)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [command = '', ...output] = part.trimEnd().split('\n');
      return { kind: 'command' as const, command, output };
    });
}

/** Whether a line of the output is as the tutorial shows it; `…` stands for anything. */
export function showsLine(output: string, line: string): boolean {
  const pattern = line
    .split('…')
    .map((part) => RegExp.escape(part.trimEnd()))
    .join('.*');
  return new RegExp(`^${pattern}\\s*$`, 'm').test(output);
}

export async function writeTutorialFile(
  folder: string,
  { path: name, content }: Extract<TutorialStep, { readonly kind: 'file' }>,
): Promise<void> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}
