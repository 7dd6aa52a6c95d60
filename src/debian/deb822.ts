import { FactoryError } from '../model/index.ts';

/** One stanza of control data, policy 5.1. Field names are lower case, because they are case-insensitive. */
export type Stanza = ReadonlyMap<string, string>;

/** A field name may be any US-ASCII but controls, space and colon, and starts with neither `#` nor `-`. */
const FIELD = /^([!"$-,.-9;-~][!-9;-~]*):(.*)$/;

/**
 * Reads stanzas. A value keeps its line breaks; the one space that marks a continuation line is removed.
 * Lines that start with `#` are comments. `source` names the text in messages.
 */
export function parseDeb822(text: string, source = 'control data'): Stanza[] {
  const stanzas: Map<string, string>[] = [];
  let stanza: Map<string, string> | undefined;
  let field = '';
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') {
      stanza = undefined;
    } else if (/^[ \t]/.test(line)) {
      if (stanza === undefined) {
        throw malformed(source, index, `expected "Field: value", got "${line.trim()}"`);
      }
      stanza.set(field, `${stanza.get(field) ?? ''}\n${line.slice(1).trimEnd()}`);
    } else if (!line.startsWith('#')) {
      if (stanza === undefined) {
        stanza = new Map();
        stanzas.push(stanza);
      }
      field = startField(stanza, line, (reason) => malformed(source, index, reason));
    }
  }
  return stanzas;
}

/** The field's key, after its first line was added. */
function startField(
  stanza: Map<string, string>,
  line: string,
  error: (reason: string) => FactoryError,
): string {
  const [, name, value] = FIELD.exec(line) ?? [];
  if (name === undefined || value === undefined) {
    throw error(`expected "Field: value", got "${line.trim()}"`);
  }
  const field = name.toLowerCase();
  if (stanza.has(field)) {
    throw error(`expected one "${name}" in a stanza, got two`);
  }
  stanza.set(field, value.trim());
  return field;
}

function malformed(source: string, lineIndex: number, reason: string): FactoryError {
  return new FactoryError('INDEX_INVALID', `cannot read ${source}: line ${lineIndex + 1}: ${reason}`);
}

/** The value of a field that has to be there. */
export function requiredField(stanza: Stanza, name: string, source: string): string {
  const value = stanza.get(name.toLowerCase());
  if (value === undefined || value === '') {
    throw new FactoryError('INDEX_INVALID', `cannot read ${source}: expected a field "${name}", got none`);
  }
  return value;
}
