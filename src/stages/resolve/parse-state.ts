/** JSON that an earlier run wrote; undefined where there is none, or none that can be read. */
export function parseState(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
