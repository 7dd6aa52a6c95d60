import { fieldText, type Problem } from '../../model/index.ts';
import type { FieldPath } from '../partly.ts';
import type { WrittenCatalog } from '../written-catalog.ts';

/** One demand on the files as a whole. It sees only their valid parts and reports every breach. */
export type Rule = (written: WrittenCatalog) => readonly Problem[];

export function problemAt(written: { readonly file: string }, path: FieldPath, message: string): Problem {
  return { file: written.file, field: fieldText(path), message };
}

/** Entries of a list that are valid, with the places they are written at. */
export function placed<T>(list: readonly (T | undefined)[] | undefined): readonly (readonly [number, T])[] {
  return [...(list ?? []).entries()].flatMap(([index, value]) =>
    value === undefined ? [] : [[index, value] as const],
  );
}

/** Every entry whose key an earlier one has already, with that earlier one. */
export function repeated<T>(
  list: readonly T[],
  keyOf: (entry: T) => string | undefined,
): { entry: T; first: T; key: string }[] {
  const firsts = new Map<string, T>();
  return list.flatMap((entry) => {
    const key = keyOf(entry);
    if (key === undefined) {
      return [];
    }
    const first = firsts.get(key);
    if (first === undefined) {
      firsts.set(key, entry);
      return [];
    }
    return [{ entry, first, key }];
  });
}
