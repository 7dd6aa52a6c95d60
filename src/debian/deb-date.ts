import { FactoryError } from '../model/index.ts';
import { AR_HEADER_BYTES, AR_MAGIC, afterMember, parseArHeader } from './ar.ts';

/** Reads a part of a file; shorter than asked for at its end. */
export type ReadRange = (range: { readonly offset: number; readonly length: number }) => Promise<Uint8Array>;

/** deb(5) has three members; signed ones a few more. */
const MAX_MEMBERS = 16;

/** The `date` of a .deb, read from its headers alone: says nothing about the content. `what` names it in messages. */
export async function readDebDate(read: ReadRange, what: string): Promise<number> {
  const magic = Buffer.from(await read({ offset: 0, length: AR_MAGIC.length })).toString('latin1');
  if (magic !== AR_MAGIC) {
    throw unreadable(what, `expected an ar archive, got ${JSON.stringify(magic)}`);
  }
  let newest = 0;
  let offset = AR_MAGIC.length;
  for (let member = 0; member < MAX_MEMBERS; member += 1) {
    const bytes = await read({ offset, length: AR_HEADER_BYTES });
    if (bytes.length === 0) {
      return newest;
    }
    const header = parseArHeader(bytes);
    if (header === undefined) {
      throw unreadable(what, `expected the header of an ar member at byte ${offset}`);
    }
    newest = Math.max(newest, header.date);
    offset = afterMember(offset + AR_HEADER_BYTES, header);
  }
  throw unreadable(what, `expected at most ${MAX_MEMBERS} members, got more`);
}

function unreadable(what: string, reason: string): FactoryError {
  return new FactoryError('INDEX_INVALID', `cannot read the date of ${what}: ${reason}`);
}
