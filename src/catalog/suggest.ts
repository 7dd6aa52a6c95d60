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

/** Edits of one letter and swaps of two neighbours (optimal string alignment), one row at a time. */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = at(row, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(before, j - 2) + 1 : Infinity;
      next.push(Math.min(replaced, swapped, at(row, j) + 1, at(next, j - 1) + 1));
    }
    before = row;
    row = next;
  }
  return at(row, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}

/** `"a", "b" or "c"`, for "expected …". */
export function oneOf(names: readonly string[]): string {
  const quoted = names.map((name) => JSON.stringify(name));
  const last = quoted.pop() ?? 'nothing';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}
