/** Of a name this long, a third may be wrong. */
const CHARACTERS_PER_MISTAKE = 3;

/** `, did you mean "suite"?`, or nothing where no known name is near. */
export function didYouMean(got: string, known: readonly string[]): string {
  const ranked = known
    .map((name) => ({ name, distance: editDistance(got.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  const nearest = ranked[0];
  if (
    nearest === undefined ||
    nearest.distance > Math.max(1, Math.floor(got.length / CHARACTERS_PER_MISTAKE))
  ) {
    return '';
  }
  return `, did you mean "${nearest.name}"?`;
}

/** Levenshtein's, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, left] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, right] of Array.from(b).entries()) {
      const replaced = (row[j] ?? 0) + (left === right ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** `"a", "b" or "c"`, for "expected …". */
export function oneOf(names: readonly string[]): string {
  const quoted = names.map((name) => JSON.stringify(name));
  const last = quoted.pop() ?? 'nothing';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}
