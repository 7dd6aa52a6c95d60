import { RE2JS } from 're2js';

/** What one test of a structure test found: nothing when it holds, else pairs of expected and got. */
export interface Miss {
  readonly expected: string;
  readonly got: string;
}

/** Characters of a text that a report shows. */
const SHOWN_CHARACTERS = 300;

/** Each pattern is looked for anywhere in the text, as container-structure-test does. */
export function expectPatterns(what: string, text: string, patterns: readonly string[]): readonly Miss[] {
  return patterns
    .filter((pattern) => !matches(pattern, text))
    .map((pattern) => ({ expected: `${what} matches /${pattern}/`, got: shown(text) }));
}

export function excludePatterns(what: string, text: string, patterns: readonly string[]): readonly Miss[] {
  return patterns
    .filter((pattern) => matches(pattern, text))
    .map((pattern) => ({ expected: `${what} does not match /${pattern}/`, got: shown(text) }));
}

export function expectEqual(what: string, expected: string, got: string): readonly Miss[] {
  return expected === got ? [] : [{ expected: `${what} ${expected}`, got: got === '' ? 'none' : got }];
}

export function matches(pattern: string, text: string): boolean {
  return RE2JS.compile(pattern).matcher(text).find();
}

export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A text as reports show it. */
export function shown(text: string): string {
  return quoted(text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text);
}
