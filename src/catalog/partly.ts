/**
 * A written file of which only the valid parts are there. The rules work on it, so that one mistake
 * does not hide the others; places in arrays stay, for the field names in the messages.
 */
export type Partly<T> = T extends readonly (infer Element)[]
  ? readonly (Partly<Element> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Partly<T[Key]> | undefined }
    : T;

export type FieldPath = readonly PropertyKey[];

export function valueAt(value: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>(
    (current, part) => (isContainer(current) ? Reflect.get(current, part) : undefined),
    value,
  );
}

/** `value` without what is at `paths`; an array keeps a hole there. */
export function without(value: unknown, paths: readonly FieldPath[]): unknown {
  if (paths.some((path) => path.length === 0)) {
    return undefined;
  }
  const copy: unknown = structuredClone(value);
  for (const path of paths) {
    const parent = valueAt(copy, path.slice(0, -1));
    const key = path.at(-1);
    if (isContainer(parent) && key !== undefined && Object.hasOwn(parent, key)) {
      // A hole: deleting an element of an array would move the ones behind it.
      Reflect.set(parent, key, undefined);
    }
  }
  return copy;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
