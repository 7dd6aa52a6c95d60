const NEWLINE = 0x0a;
/** http://www.isthe.com/chongo/tech/comp/fnv/, FNV-1a of 32 bits. */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Where in a text each name is, without holding the names: a release of Debian has 69,000 of them, and an image needs a
 * hundred. Two names may be told apart by their place alone, so who finds one compares.
 */
export class NameTable {
  readonly #places: number[] = [];
  /** By row: the row before of the same hash. */
  readonly #before: (number | undefined)[] = [];
  readonly #last = new Map<number, number>();

  /** A name that begins at `start` of the bytes, and goes on to the end of its line. */
  add(bytes: Uint8Array, start: number, place: number): void {
    const hash = hashOfLine(bytes, start);
    this.#before.push(this.#last.get(hash));
    this.#last.set(hash, this.#places.push(place) - 1);
  }

  /** Every place that may have the name, in the order they were added. */
  find(name: string): readonly number[] {
    const found: number[] = [];
    let row = this.#last.get(hashOfLine(Buffer.from(name, 'latin1'), 0));
    while (row !== undefined) {
      found.push(this.#places[row] ?? 0);
      row = this.#before[row];
    }
    return found.reverse();
  }
}

function hashOfLine(bytes: Uint8Array, start: number): number {
  let hash = FNV_OFFSET;
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? NEWLINE;
    if (byte === NEWLINE) {
      break;
    }
    hash = Math.imul(hash ^ byte, FNV_PRIME);
  }
  return hash;
}
