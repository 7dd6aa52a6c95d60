import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** A file that is read where it lies, and not held. */
export interface OpenContent {
  /** Bytes. */
  readonly size: number;
  /** From `start` up to `end`, fewer where the file ends before. Good until the next call, which may overwrite them. */
  read(start: number, end: number): Buffer;
}

export function openContent(name: string): OpenContent & Disposable {
  const file = openSync(name, 'r');
  const { size } = fstatSync(file);
  let buffer = Buffer.alloc(0);
  return {
    size,
    read: (start, end) => {
      const length = Math.max(0, Math.min(end, size) - start);
      buffer = length > buffer.length ? Buffer.allocUnsafe(length) : buffer;
      return readFully(file, start, buffer.subarray(0, length));
    },
    [Symbol.dispose]: () => {
      closeSync(file);
    },
  };
}

/** A read may stop early. */
function readFully(file: number, start: number, bytes: Buffer): Buffer {
  let filled = 0;
  while (filled < bytes.length) {
    const read = readSync(file, bytes, filled, bytes.length - filled, start + filled);
    if (read === 0) {
      break;
    }
    filled += read;
  }
  return bytes.subarray(0, filled);
}
