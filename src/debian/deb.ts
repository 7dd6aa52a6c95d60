import { FactoryError } from '../model/index.ts';
import { AR_HEADER_BYTES, AR_MAGIC, afterMember, parseArHeader } from './ar.ts';

/** The members of a .deb, still compressed (deb(5)). Whether it is the right .deb is for its digest to say. */
export interface Deb {
  /** Newest date of its members, seconds since 1970: when the package was built. */
  readonly date: number;
  readonly members: ReadonlyMap<string, Uint8Array>;
}

export function readDeb(bytes: Uint8Array): Deb {
  const magic = Buffer.from(bytes.subarray(0, AR_MAGIC.length)).toString('latin1');
  if (magic !== AR_MAGIC) {
    throw invalid(`expected "${AR_MAGIC.trim()}" at its start`);
  }
  const members = new Map<string, Uint8Array>();
  let date = 0;
  for (let at = AR_MAGIC.length; at < bytes.length;) {
    const start = at + AR_HEADER_BYTES;
    const header = parseArHeader(bytes.subarray(at, start));
    if (header === undefined) {
      throw invalid(`expected an archive member's header at byte ${at}`);
    }
    if (start + header.size > bytes.length) {
      throw invalid(`expected ${header.size} bytes of ${header.name}, got ${bytes.length - start}`);
    }
    members.set(header.name, bytes.subarray(start, start + header.size));
    date = Math.max(date, header.date);
    at = afterMember(start, header);
  }
  if (!members.has('debian-binary')) {
    throw invalid('expected a member debian-binary');
  }
  return { date, members };
}

function invalid(reason: string): FactoryError {
  return new FactoryError('INDEX_INVALID', `cannot read .deb: ${reason}`);
}
