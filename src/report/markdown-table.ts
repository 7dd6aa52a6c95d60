export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const separator = header.map(() => '---');
  return [header, separator, ...rows].map((cells) => `| ${cells.map(escaped).join(' | ')} |`).join('\n');
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** Text from a changelog or a tool must not end a cell or open a tag. */
export function escaped(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replaceAll(/\s*\n\s*/g, ' ');
}
