import { createHash } from 'node:crypto';
import { dynamicRange, ELF_MAGIC, parseElf, type ByteSource } from './elf.ts';
import type { Captured } from './layer-item.ts';

/** Enough for a `#!` line and for the headers of an ELF file. */
const START_BYTES = 256;

/** Files up to this size keep their content, so that checks on what they say need no second reading. */
const CONTENT_BYTES = 64 << 10;

/** System configuration, the package database and licences are what checks ask for; they may be larger. */
const SYSTEM_CONTENT_BYTES = 2 << 20;
const SYSTEM_FOLDERS = ['/etc/', '/usr/share/doc/', '/var/lib/'];
const LICENCE_FILE = /\/(?:LICEN[CS]E|COPYING)(?:\.\w+)?$/;

/**
 * Kept of an ELF file beside its dynamic section: the program headers and the string table lie in front of
 * the code in every linker's output (the string table of Node's 126 MB binary ends at 3.4 MB).
 */
const ELF_HEAD_BYTES = 16 << 20;

interface Piece {
  readonly offset: number;
  readonly bytes: Buffer;
}

interface Range {
  readonly offset: number;
  readonly bytes: number;
}

/** Takes a file's bytes as they stream by. */
export interface Capture {
  push(chunk: Buffer): void;
  finish(): Captured;
}

export type NewCapture = (path: string, size: number) => Capture;

export function newFileCapture(path: string, size: number): Capture {
  return new FileCapture(path, size);
}

/** Keeps only what checks need. */
class FileCapture implements Capture {
  readonly #keptBytes: number;
  readonly #md5 = createHash('md5');
  readonly #sha1 = createHash('sha1');
  readonly #sha256 = createHash('sha256');
  #pieces: Piece[] = [];
  #position = 0;
  #isElf: boolean | undefined;
  #dynamic: Range | undefined;

  constructor(path: string, size: number) {
    const isSystem = SYSTEM_FOLDERS.some((folder) => path.startsWith(folder)) || LICENCE_FILE.test(path);
    const isSmall = size <= (isSystem ? SYSTEM_CONTENT_BYTES : CONTENT_BYTES);
    this.#keptBytes = isSmall ? size : START_BYTES;
  }

  push(chunk: Buffer): void {
    const piece = { offset: this.#position, bytes: chunk };
    this.#position += chunk.length;
    this.#md5.update(chunk);
    this.#sha1.update(chunk);
    this.#sha256.update(chunk);
    if (piece.offset < this.#limit() || this.#overlapsDynamic(piece)) {
      this.#pieces.push(piece);
    }
    if (this.#isElf === undefined) {
      this.#recognise();
    }
    if (this.#isElf === true) {
      this.#dynamic ??= dynamicRange(this.#source());
    }
  }

  finish(): Captured {
    const source = this.#source();
    const start = source.read(0, Math.min(START_BYTES, this.#position)) ?? Buffer.alloc(0);
    const isWhole = this.#position <= this.#keptBytes;
    const content = isWhole ? source.read(0, this.#position) : undefined;
    return {
      start,
      digests: {
        md5: this.#md5.digest('hex'),
        sha1: this.#sha1.digest('hex'),
        sha256: this.#sha256.digest('hex'),
      },
      ...(content === undefined ? {} : { content }),
      ...(this.#isElf === true ? { elf: parseElf(source) } : {}),
    };
  }

  #limit(): number {
    return this.#isElf === false ? this.#keptBytes : Math.max(this.#keptBytes, ELF_HEAD_BYTES);
  }

  #overlapsDynamic(piece: Piece): boolean {
    const range = this.#dynamic;
    return (
      range !== undefined &&
      piece.offset < range.offset + range.bytes &&
      piece.offset + piece.bytes.length > range.offset
    );
  }

  #recognise(): void {
    const magic = this.#source().read(0, ELF_MAGIC.length);
    if (magic === undefined) {
      return;
    }
    this.#isElf = magic.equals(ELF_MAGIC);
  }

  #source(): ByteSource {
    return { read: (offset, length) => readPieces(this.#pieces, { offset, bytes: length }) };
  }
}

/**
 * For looking at any image: the digest of every file, and the content of those that are named. `maxBytes` bounds what
 * an image of somebody else can make us hold.
 */
export function digestCapture(keeps: (path: string) => boolean, maxBytes: number): NewCapture {
  return (path, size) => {
    const hash = createHash('sha256');
    const kept: Buffer[] | undefined = size <= maxBytes && keeps(path) ? [] : undefined;
    return {
      push: (chunk) => {
        hash.update(chunk);
        // a copy, so that the large decompressed chunk can be freed
        kept?.push(Buffer.from(chunk));
      },
      finish: () => ({
        start: NO_BYTES,
        sha256: hash.digest('hex'),
        ...(kept === undefined ? {} : { content: Buffer.concat(kept) }),
      }),
    };
  };
}

/** For who wants single files: the content of those that are named, and nothing of the others. */
export function contentCapture(keeps: (path: string) => boolean, maxBytes: number): NewCapture {
  return (path, size) => {
    const kept: Buffer[] | undefined = size <= maxBytes && keeps(path) ? [] : undefined;
    return {
      push: (chunk) => {
        kept?.push(Buffer.from(chunk));
      },
      finish: () => ({ start: NO_BYTES, ...(kept === undefined ? {} : { content: Buffer.concat(kept) }) }),
    };
  };
}

const NO_BYTES = Buffer.alloc(0);

/** A copy, so that the layer's large decompressed chunks can be freed; undefined where a part was not kept. */
function readPieces(pieces: readonly Piece[], range: Range): Buffer | undefined {
  const end = range.offset + range.bytes;
  const parts: Buffer[] = [];
  let at = range.offset;
  for (const piece of pieces) {
    const pieceEnd = piece.offset + piece.bytes.length;
    if (at < end && piece.offset <= at && pieceEnd > at) {
      parts.push(piece.bytes.subarray(at - piece.offset, Math.min(end, pieceEnd) - piece.offset));
      at = Math.min(end, pieceEnd);
    }
  }
  return at === end ? Buffer.concat(parts) : undefined;
}
