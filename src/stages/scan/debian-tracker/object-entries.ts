import { FactoryError } from '../../../model/index.ts';

const [QUOTE, BACKSLASH, COLON, BRACE, END] = [0x22, 0x5c, 0x3a, 0x7b, 0x7d];
const [BRACKET, BRACKET_END] = [0x5b, 0x5d];
/** RFC 8259, section 2: white space; and the comma between two members. */
const BETWEEN: ReadonlySet<number> = new Set([0x20, 0x0a, 0x0d, 0x09, 0x2c]);

/**
 * Keys of a JSON object, each with the text of its value, one after the other: a document of 70 MB as one value takes
 * ten times as much memory. Values, all of them objects or arrays, are only delimited: who parses them finds what is
 * wrong inside.
 */
export function* objectEntries(
  bytes: Uint8Array,
  what: string,
): Generator<readonly [key: string, json: string]> {
  const reader = new Reader(bytes, what);
  reader.expect(BRACE);
  while (reader.peek() !== END) {
    const key = reader.string();
    reader.expect(COLON);
    yield [JSON.parse(key) as string, reader.container()];
  }
}

/** Asked for each of 70 million bytes: a set would take seconds. */
function isOpening(byte: number): boolean {
  return byte === BRACE || byte === BRACKET;
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #what: string;
  #at = 0;

  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#what = what;
  }

  /** The next byte that says something. */
  peek(): number {
    while (BETWEEN.has(this.#bytes[this.#at] ?? END)) {
      this.#at += 1;
    }
    const byte = this.#bytes[this.#at];
    if (byte === undefined) {
      throw this.#broken();
    }
    return byte;
  }

  expect(wanted: number): void {
    const got = this.peek();
    if (got !== wanted) {
      const [expected, found] = [String.fromCharCode(wanted), String.fromCharCode(got)];
      throw new FactoryError(
        'FEED_INVALID',
        `cannot read ${this.#what}: expected ${expected} at byte ${this.#at}, got ${found}`,
      );
    }
    this.#at += 1;
  }

  string(): string {
    this.expect(QUOTE);
    const start = this.#at - 1;
    this.#skipString();
    return this.#text(start);
  }

  container(): string {
    const first = this.peek();
    if (!isOpening(first)) {
      this.expect(BRACE);
    }
    const start = this.#at;
    let depth = 0;
    do {
      const byte = this.#bytes[this.#at];
      this.#at += 1;
      if (byte === undefined) {
        throw this.#broken();
      } else if (byte === QUOTE) {
        this.#skipString();
      } else if (isOpening(byte)) {
        depth += 1;
      } else if (byte === END || byte === BRACKET_END) {
        depth -= 1;
      }
    } while (depth > 0);
    return this.#text(start);
  }

  /** From behind the opening quote to behind the closing one. */
  #skipString(): void {
    let quote = this.#at - 1;
    do {
      quote = this.#bytes.indexOf(QUOTE, quote + 1);
      if (quote === -1) {
        throw this.#broken();
      }
    } while (this.#isEscaped(quote));
    this.#at = quote + 1;
  }

  /** An odd number of backslashes stands before it. */
  #isEscaped(quote: number): boolean {
    let at = quote;
    while (this.#bytes[at - 1] === BACKSLASH) {
      at -= 1;
    }
    return (quote - at) % 2 === 1;
  }

  #text(start: number): string {
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + start, this.#at - start).toString('utf8');
  }

  #broken(): FactoryError {
    return new FactoryError('FEED_INVALID', `cannot read ${this.#what}: it breaks off`);
  }
}
