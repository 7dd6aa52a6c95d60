/** ar(5): magic, then per member a header and the data, padded to an even length. */
export const AR_MAGIC = '!<arch>\n';
export const AR_HEADER_BYTES = 60;
const HEADER_END = '`\n';

export interface ArMember {
  readonly name: string;
  /** Seconds since 1970. */
  readonly date: number;
  /** Bytes, without the padding. */
  readonly size: number;
}

/** Name 16, date 12, owner 6, group 6, mode 8, size 10, end mark 2; undefined for bytes that are no such header. */
export function parseArHeader(bytes: Uint8Array): ArMember | undefined {
  const text = Buffer.from(bytes).toString('latin1');
  const date = text.slice(16, 28).trimEnd();
  const size = text.slice(48, 58).trimEnd();
  const isHeader = text.length === AR_HEADER_BYTES && text.endsWith(HEADER_END);
  if (!isHeader || !/^\d+$/.test(date) || !/^\d+$/.test(size)) {
    return undefined;
  }
  return { name: text.slice(0, 16).trimEnd().replace(/\/$/, ''), date: Number(date), size: Number(size) };
}

/** Where the next member starts, from where the data of this one does. */
export function afterMember(start: number, { size }: ArMember): number {
  return start + size + (size % 2);
}
