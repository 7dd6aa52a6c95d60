/** Whether all of `text` is as `pattern` says, in which `*` stands for any characters, also none. */
export function matchesPattern(text: string, pattern: string): boolean {
  return patternTest(pattern)(text);
}

/** The same for many texts. */
export function patternTest(pattern: string): (text: string) => boolean {
  const [first = '', ...inner] = pattern.split('*');
  const last = inner.pop();
  if (last === undefined) {
    return (text) => text === first;
  }
  return (text) => {
    const end = text.length - last.length;
    const isFramed = first.length <= end && text.startsWith(first) && text.endsWith(last);
    return isFramed && (inner.length === 0 || holdsInOrder(text.slice(first.length, end), inner));
  };
}

/** Whether the parts come one after the other: the earliest of each leaves most for the next. */
function holdsInOrder(text: string, parts: readonly string[]): boolean {
  let at = 0;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found === -1) {
      return false;
    }
    at = found + part.length;
  }
  return true;
}
