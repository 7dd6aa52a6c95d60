/**
 * JSON in which a record without lists of records is one line: a package that moved is one line of a diff, whatever
 * about it moved.
 */
export function recordText(record: object): string {
  return `${toText(record, '')}\n`;
}

function toText(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  if (isRecordList(value)) {
    return bracketed(
      ['[', ']'],
      value.map((each) => inner + toText(each, inner)),
      indent,
    );
  }
  if (isRecord(value) && Object.values(value).some(isRecordList)) {
    const fields = Object.entries(value).map(
      ([name, field]) => `${inner}${JSON.stringify(name)}: ${toText(field, inner)}`,
    );
    return bracketed(['{', '}'], fields, indent);
  }
  return JSON.stringify(value);
}

function bracketed(
  [open, close]: readonly [string, string],
  lines: readonly string[],
  indent: string,
): string {
  return lines.length === 0 ? `${open}${close}` : `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Also one without records: it may have some the next time, and the lines around it should stay. */
function isRecordList(value: unknown): value is readonly object[] {
  return Array.isArray(value) && value.every(isRecord);
}
