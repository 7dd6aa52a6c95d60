/** Whether all of `text` is as `pattern` says, in which `*` stands for any characters, also none. */
export function matchesPattern(text: string, pattern: string): boolean {
  return patternTest(pattern)(text);
}

/** The same for many texts. */
export function patternTest(pattern: string): (text: string) => boolean {
  const parts = pattern.split('*').map((part) => RegExp.escape(part));
  const whole = new RegExp(`^${parts.join('.*')}$`, 's');
  return (text) => whole.test(text);
}
