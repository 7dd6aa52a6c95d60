import { InternalError } from '../../../model/index.ts';

/** What in-toto metadata is made of: it knows no fractions. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * The text that in-toto signs (in-toto specification 1.0, section 4: OLPC's canonical JSON, not RFC 8785): keys sorted
 * by code point, no blanks, and nothing escaped in strings but the quote and the backslash. A newline stands as it is.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') {
    return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  }
  if (typeof value === 'number') {
    return integer(value);
  }
  if (typeof value === 'boolean' || value === null) {
    return String(value);
  }
  if (isList(value)) {
    return `[${value.map(canonicalJson).join(',')}]`;
  }
  const fields = Object.entries(value).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `{${fields.map(([key, field]) => `${canonicalJson(key)}:${canonicalJson(field)}`).join(',')}}`;
}

function integer(value: number): string {
  if (!Number.isSafeInteger(value)) {
    throw new InternalError(`canonical JSON has whole numbers alone, got ${value}`);
  }
  return String(value);
}

function isList(value: readonly Json[] | { readonly [key: string]: Json }): value is readonly Json[] {
  return Array.isArray(value);
}
