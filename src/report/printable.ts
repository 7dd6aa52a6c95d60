/** Names and texts of an image that somebody else made must not move the cursor, or pass for a line of ours. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '?');
}
