const NEWLINE = 0x0a;
/** http://www.isthe.com/chongo/tech/comp/fnv/, FNV-1a of 32 bits. */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** A hash and a row make one number, which sorts fast and stays exact. Debian has 70,000 rows. */
const MAX_ROWS = 2 ** 21;

/**
 * Where in a text each name is, without holding the names: a release of Debian has 69,000 of them, and an image needs a
 * hundred. Two names may be told apart by their place alone, so who finds one compares.
 */
export interface NameTable {
  /** Sorted; rows of the same hash in the order of their places. */
  readonly hashes: Uint32Array;
  readonly places: Float64Array;
}

export interface NamedPlace {
  readonly hash: number;
  /** Bytes from the beginning of the text. */
  readonly place: number;
}

/** @param found in the order of their places */
export function nameTable(found: readonly NamedPlace[]): NameTable {
  if (found.length > MAX_ROWS) {
    throw new RangeError(`cannot hold ${found.length} names: expected at most ${MAX_ROWS}`);
  }
  const keys = Float64Array.from(found, ({ hash }, row) => hash * MAX_ROWS + row).sort();
  return {
    hashes: Uint32Array.from(keys, (key) => key / MAX_ROWS),
    places: keys.map((key) => found[key % MAX_ROWS]?.place ?? 0),
  };
}

/** Every place that may have the name, in their order. */
export function findName(name: string, { hashes, places }: NameTable): readonly number[] {
  const hash = hashOfLine(Buffer.from(name, 'latin1'), 0);
  const found: number[] = [];
  for (let row = firstRow(hash, hashes); hashes[row] === hash; row += 1) {
    found.push(places[row] ?? 0);
  }
  return found;
}

function firstRow(hash: number, hashes: Uint32Array): number {
  let from = 0;
  let to = hashes.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((hashes[middle] ?? 0) < hash) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return from;
}

/** Of what begins at `start`, and goes on to the end of its line. */
export function hashOfLine(bytes: Uint8Array, start: number): number {
  let hash = FNV_OFFSET;
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? NEWLINE;
    if (byte === NEWLINE) {
      break;
    }
    hash = Math.imul(hash ^ byte, FNV_PRIME);
  }
  return hash >>> 0;
}
