import type { FieldPath } from './partly.ts';

/** What is wrong with the text of a JSON file, where `JSON.parse` gives no place or no complaint. */
export interface JsonFault {
  /** Where a key stands twice; empty for a syntax error. */
  readonly path: FieldPath;
  readonly message: string;
}

const TOKEN =
  /[ \t\r\n]*(?:(?<mark>[{}[\],:])|(?<string>"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(?<other>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|(?<end>$))/y;

interface Token {
  readonly kind: 'mark' | 'string' | 'other' | 'end' | 'unknown';
  readonly text: string;
  readonly offset: number;
}

class SyntaxFault extends Error {}

/**
 * RFC 8259 grammar, read once more for what a person needs to know: line and column of a syntax error,
 * and keys that stand twice in an object (section 4 leaves their meaning open, `JSON.parse` takes the last).
 */
export function jsonFaults(text: string): readonly JsonFault[] {
  const reader = new JsonReader(text);
  try {
    reader.readDocument();
  } catch (error) {
    if (!(error instanceof SyntaxFault)) {
      throw error;
    }
    return [{ path: [], message: error.message }];
  }
  return reader.repeated;
}

class JsonReader {
  readonly repeated: JsonFault[] = [];
  readonly #text: string;
  #offset = 0;
  #token: Token;

  constructor(text: string) {
    this.#text = text;
    this.#token = this.#next();
  }

  readDocument(): void {
    this.#readValue([]);
    if (this.#token.kind !== 'end') {
      this.#fail('the end of the file');
    }
  }

  #readValue(path: FieldPath): void {
    if (this.#takes('{')) {
      this.#readMembers(path);
    } else if (this.#takes('[')) {
      this.#readElements(path);
    } else if (this.#token.kind === 'string' || this.#token.kind === 'other') {
      this.#token = this.#next();
    } else {
      this.#fail('a value');
    }
  }

  #readMembers(path: FieldPath): void {
    const keys = new Set<string>();
    if (this.#takes('}')) {
      return;
    }
    do {
      this.#readMember(path, keys);
    } while (this.#takes(','));
    this.#expect('}');
  }

  #readMember(path: FieldPath, keys: Set<string>): void {
    const key = this.#token;
    if (key.kind !== 'string') {
      this.#fail('a key in double quotes');
    }
    const name = String(JSON.parse(key.text));
    this.#token = this.#next();
    this.#expect(':');
    if (keys.has(name)) {
      this.repeated.push({
        path: [...path, name],
        message: `expected each key once, got it again in ${this.#place(key)}`,
      });
    }
    keys.add(name);
    this.#readValue([...path, name]);
  }

  #readElements(path: FieldPath): void {
    if (this.#takes(']')) {
      return;
    }
    let index = 0;
    do {
      this.#readValue([...path, index]);
      index += 1;
    } while (this.#takes(','));
    this.#expect(']');
  }

  #takes(mark: string): boolean {
    if (this.#token.kind !== 'mark' || this.#token.text !== mark) {
      return false;
    }
    this.#token = this.#next();
    return true;
  }

  #expect(mark: string): void {
    if (!this.#takes(mark)) {
      this.#fail(`"${mark}"`);
    }
  }

  #next(): Token {
    TOKEN.lastIndex = this.#offset;
    const groups = TOKEN.exec(this.#text)?.groups;
    for (const kind of ['mark', 'string', 'other', 'end'] as const) {
      const text = groups?.[kind];
      if (text !== undefined) {
        this.#offset = TOKEN.lastIndex;
        return { kind, text, offset: this.#offset - text.length };
      }
    }
    const offset = this.#offset + (/^[ \t\r\n]*/.exec(this.#text.slice(this.#offset))?.[0].length ?? 0);
    return { kind: 'unknown', text: this.#text.charAt(offset), offset };
  }

  #fail(expected: string): never {
    const got = this.#token.kind === 'end' ? 'the end of the file' : JSON.stringify(this.#token.text);
    throw new SyntaxFault(`${this.#place(this.#token)}: expected ${expected}, got ${got}`);
  }

  #place({ offset }: Token): string {
    const before = this.#text.slice(0, offset).split('\n');
    return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  }
}
