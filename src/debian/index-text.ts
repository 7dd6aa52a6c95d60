const NEWLINE = 0x0a;
const BETWEEN_STANZAS = Buffer.from('\n\n');

const PIECE_BYTES = 1 << 20;
/** Debian's largest has 20 kB. */
const STANZA_BYTES = 8 << 10;

/** The text of an index, which does not change while it is read. Debian's largest has 60 MB, so it need not be held. */
export interface IndexText {
  /** Bytes. */
  readonly size: number;
  /** From `start` up to `end`, which may lie behind the end of the text. Good until the next call. */
  read(start: number, end: number): Buffer;
}

export function heldText(bytes: Uint8Array): IndexText {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { size: text.length, read: (start, end) => text.subarray(start, end) };
}

export function* chunksOf(text: IndexText): Iterable<Buffer> {
  for (let at = 0; at < text.size; at += PIECE_BYTES) {
    yield text.read(at, at + PIECE_BYTES);
  }
}

/** Whole stanzas, one after another. */
export interface TextPiece {
  /** Where it begins. */
  readonly at: number;
  readonly text: Buffer;
}

export function* piecesOf(text: IndexText, pieceBytes = PIECE_BYTES): Iterable<TextPiece> {
  let at = 0;
  let length = pieceBytes;
  while (at < text.size) {
    const read = text.read(at, at + length);
    const end = at + length >= text.size ? read.length : endOfStanzas(read);
    if (end === 0) {
      length *= 2;
      continue;
    }
    yield { at, text: read.subarray(0, end) };
    at += end;
    length = pieceBytes;
  }
}

/** Behind the last empty line; more of them stay with what is before. */
function endOfStanzas(text: Buffer): number {
  // the last byte may be the first of two line breaks, or of three
  const at = text.lastIndexOf(BETWEEN_STANZAS, text.length - 3);
  if (at < 0) {
    return 0;
  }
  let end = at + BETWEEN_STANZAS.length;
  while (text[end] === NEWLINE) {
    end += 1;
  }
  return end === text.length ? 0 : end;
}

/** The stanza that begins there. */
export function stanzaTextAt(text: IndexText, start: number): string {
  for (let length = STANZA_BYTES; ; length *= 2) {
    const read = text.read(start, start + length);
    const end = read.indexOf(BETWEEN_STANZAS);
    if (end >= 0 || start + length >= text.size) {
      return read.toString('utf8', 0, end < 0 ? undefined : end);
    }
  }
}
