import { FactoryError } from '../../model/index.ts';

/** Reads a part of a file; shorter than asked for at its end. */
export type ReadRange = (range: { readonly offset: number; readonly length: number }) => Promise<Uint8Array>;

/** ar(5): magic, then per member 60 bytes of header and the data, padded to an even length. */
const MAGIC = '!<arch>\n';
const HEADER_BYTES = 60;
const HEADER_END = '`\n';

/** deb(5) has three members; signed ones a few more. */
const MAX_MEMBERS = 16;

/** Date of a .deb: its newest ar member, in seconds. Reads the headers alone, so it says nothing about the content. */
export async function readDebDate(read: ReadRange, what: string): Promise<number> {
  const magic = textOf(await read({ offset: 0, length: MAGIC.length }));
  if (magic !== MAGIC) {
    throw unreadable(what, `expected an ar archive, got ${JSON.stringify(magic)}`);
  }
  let newest = 0;
  let offset = MAGIC.length;
  for (let member = 0; member < MAX_MEMBERS; member += 1) {
    const header = textOf(await read({ offset, length: HEADER_BYTES }));
    if (header === '') {
      return newest;
    }
    const { date, size } = parseHeader(header, what);
    newest = Math.max(newest, date);
    offset += HEADER_BYTES + size + (size % 2);
  }
  throw unreadable(what, `expected at most ${MAX_MEMBERS} members, got more`);
}

function parseHeader(header: string, what: string): { readonly date: number; readonly size: number } {
  const date = header.slice(16, 28).trimEnd();
  const size = header.slice(48, 58).trimEnd();
  if (!header.endsWith(HEADER_END) || !/^\d+$/.test(date) || !/^\d+$/.test(size)) {
    throw unreadable(what, `expected the header of an ar member, got ${JSON.stringify(header)}`);
  }
  return { date: Number(date), size: Number(size) };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function unreadable(what: string, reason: string): FactoryError {
  return new FactoryError('INDEX_INVALID', `cannot read the date of ${what}: ${reason}`);
}
