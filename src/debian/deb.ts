import { FactoryError } from '../model/index.ts';

/** The members of a .deb, still compressed (deb(5)). Whether it is the right .deb is for its digest to say. */
export interface Deb {
  /** Newest date of its members, seconds since 1970: when the package was built. */
  readonly date: number;
  readonly members: ReadonlyMap<string, Uint8Array>;
}

const MAGIC = '!<arch>\n';
/** Name 16, date 12, owner 6, group 6, mode 8, size 10, end mark 2 (ar(5)). */
const HEADER_BYTES = 60;
const HEADER_END = '`\n';

export function readDeb(bytes: Uint8Array): Deb {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw invalid(`expected "${MAGIC.trim()}" at its start`);
  }
  const members = new Map<string, Uint8Array>();
  let date = 0;
  for (let at = MAGIC.length; at < file.length;) {
    const header = readHeader(file, at);
    const start = at + HEADER_BYTES;
    const end = start + header.size;
    if (end > file.length) {
      throw invalid(`expected ${header.size} bytes of ${header.name}, got ${file.length - start}`);
    }
    members.set(header.name, file.subarray(start, end));
    date = Math.max(date, header.date);
    at = end + (header.size % 2);
  }
  if (!members.has('debian-binary')) {
    throw invalid('expected a member debian-binary');
  }
  return { date, members };
}

interface MemberHeader {
  readonly name: string;
  readonly date: number;
  readonly size: number;
}

function readHeader(file: Buffer, at: number): MemberHeader {
  const text = file.toString('latin1', at, at + HEADER_BYTES);
  const name = text.slice(0, 16).trimEnd().replace(/\/$/, '');
  const date = Number(text.slice(16, 28));
  const size = Number(text.slice(48, 58));
  const wellFormed =
    text.endsWith(HEADER_END) && [date, size].every((number) => Number.isInteger(number) && number >= 0);
  if (text.length !== HEADER_BYTES || !wellFormed) {
    throw invalid(`expected an archive member's header at byte ${at}`);
  }
  return { name, date, size };
}

function invalid(reason: string): FactoryError {
  return new FactoryError('INDEX_INVALID', `cannot read .deb: ${reason}`);
}
