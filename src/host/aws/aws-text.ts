const MAX_LENGTH = 300;

/** What AWS says, for a message of ours. */
export function brief(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}
