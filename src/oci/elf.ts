/** What the dynamic loader reads from an ELF file; the rest of the file is not looked at. */
export interface ElfFile {
  readonly kind: 'elf';
  /** `e_machine`. */
  readonly machine: number;
  /** PT_INTERP, absent in libraries and static programs. */
  readonly interpreter?: string;
  readonly soname?: string;
  readonly needed: readonly string[];
  /** DT_RPATH and DT_RUNPATH, split at colons, `$ORIGIN` not yet replaced. */
  readonly rpath: readonly string[];
  readonly runpath: readonly string[];
}

/** Starts like an ELF file but cannot be read as a 64-bit little-endian one. */
export interface ElfProblem {
  readonly kind: 'problem';
  readonly reason: string;
}

/** Bytes of a file of which parts may be missing: `undefined` where the range is not wholly there. */
export interface ByteSource {
  read(offset: number, length: number): Buffer | undefined;
}

export const ELF_MAGIC = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);

/** ELF-64 Object File Format 1.5: sizes of Ehdr, Phdr and Dyn. */
const HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;
const DYNAMIC_ENTRY_BYTES = 16;

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;

const DT_NULL = 0;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_STRSZ = 10;
const DT_SONAME = 14;
const DT_RPATH = 15;
const DT_RUNPATH = 29;

/** PATH_MAX of Linux: no loader takes a longer interpreter. */
const MAX_INTERPRETER_BYTES = 4096;
/** The largest known tables of real libraries are below a tenth of these. */
const MAX_DYNAMIC_BYTES = 1 << 20;
const MAX_STRING_TABLE_BYTES = 64 << 20;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly bytes: number;
}

interface Header {
  readonly machine: number;
  readonly segments: readonly Segment[];
}

/** Carries a reason from the readers to {@link parseElf}; never leaves this file. */
class UnreadableElf extends Error {}

/** Reads what the dynamic loader reads. Random bytes give a problem, never an exception. */
export function parseElf(source: ByteSource): ElfFile | ElfProblem {
  try {
    const { machine, segments } = readHeader(source);
    const interpreter = readInterpreter(source, segments);
    const dynamic = readDynamic(source, segments);
    return { kind: 'elf', machine, ...(interpreter === undefined ? {} : { interpreter }), ...dynamic };
  } catch (error) {
    if (error instanceof UnreadableElf) {
      return { kind: 'problem', reason: error.message };
    }
    throw error;
  }
}

/** Where the dynamic section lies, known as soon as the file's first bytes are there; a streaming reader keeps it. */
export function dynamicRange(
  source: ByteSource,
): { readonly offset: number; readonly bytes: number } | undefined {
  try {
    return readHeader(source).segments.find((segment) => segment.type === PT_DYNAMIC);
  } catch (error) {
    if (error instanceof UnreadableElf) {
      return undefined;
    }
    throw error;
  }
}

function readHeader(source: ByteSource): Header {
  const header = need(source, { offset: 0, bytes: HEADER_BYTES }, 'file header');
  if (!header.subarray(0, 4).equals(ELF_MAGIC)) {
    throw new UnreadableElf('not an ELF file');
  }
  if (header[4] !== 2 || header[5] !== 1) {
    throw new UnreadableElf(`expected 64-bit little-endian, got class ${header[4]}, data ${header[5]}`);
  }
  const count = header.readUInt16LE(56);
  if (count > 0 && header.readUInt16LE(54) !== PROGRAM_HEADER_BYTES) {
    throw new UnreadableElf(`expected program headers of ${PROGRAM_HEADER_BYTES} bytes`);
  }
  const range = { offset: integer(header, 32), bytes: count * PROGRAM_HEADER_BYTES };
  const table = count === 0 ? Buffer.alloc(0) : need(source, range, 'program headers');
  const segments = Array.from({ length: count }, (_, index) =>
    readSegment(table, index * PROGRAM_HEADER_BYTES),
  );
  return { machine: header.readUInt16LE(18), segments };
}

function readSegment(table: Buffer, at: number): Segment {
  return {
    type: table.readUInt32LE(at),
    offset: integer(table, at + 8),
    address: integer(table, at + 16),
    bytes: integer(table, at + 32),
  };
}

function readInterpreter(source: ByteSource, segments: readonly Segment[]): string | undefined {
  const segment = segments.find(({ type }) => type === PT_INTERP);
  if (segment === undefined) {
    return undefined;
  }
  if (segment.bytes > MAX_INTERPRETER_BYTES) {
    throw new UnreadableElf(`interpreter of ${segment.bytes} bytes`);
  }
  return stringAt(need(source, segment, 'interpreter'), 0);
}

function readDynamic(source: ByteSource, segments: readonly Segment[]): Omit<ElfFile, 'kind' | 'machine'> {
  const tags = readTags(source, segments);
  const wanted = [DT_NEEDED, DT_SONAME, DT_RPATH, DT_RUNPATH];
  if (!wanted.some((tag) => tags.has(tag))) {
    return { needed: [], rpath: [], runpath: [] };
  }
  const strings = readStrings(source, { segments, tags });
  const [needed, sonames, rpath, runpath] = wanted.map((tag) =>
    (tags.get(tag) ?? []).map((offset) => stringAt(strings, offset)),
  ) as [string[], string[], string[], string[]];
  return {
    ...(sonames[0] === undefined ? {} : { soname: sonames[0] }),
    needed,
    rpath: rpath.flatMap(splitPath),
    runpath: runpath.flatMap(splitPath),
  };
}

function splitPath(path: string): string[] {
  return path.split(':');
}

function readTags(source: ByteSource, segments: readonly Segment[]): ReadonlyMap<number, number[]> {
  const tags = new Map<number, number[]>();
  const segment = segments.find(({ type }) => type === PT_DYNAMIC);
  if (segment === undefined) {
    return tags;
  }
  if (segment.bytes > MAX_DYNAMIC_BYTES) {
    throw new UnreadableElf(`dynamic section of ${segment.bytes} bytes`);
  }
  const table = need(source, segment, 'dynamic section');
  for (let at = 0; at + DYNAMIC_ENTRY_BYTES <= table.length; at += DYNAMIC_ENTRY_BYTES) {
    const tag = Number(table.readBigInt64LE(at));
    if (tag === DT_NULL) {
      break;
    }
    // Only values of the tags read here need be exact integers; others may be any 64-bit pattern.
    tags.set(tag, [...(tags.get(tag) ?? []), Number(table.readBigUInt64LE(at + 8))]);
  }
  return tags;
}

function readStrings(
  source: ByteSource,
  elf: { readonly segments: readonly Segment[]; readonly tags: ReadonlyMap<number, number[]> },
): Buffer {
  const address = elf.tags.get(DT_STRTAB)?.[0];
  const bytes = elf.tags.get(DT_STRSZ)?.[0];
  if (address === undefined || bytes === undefined) {
    throw new UnreadableElf('dynamic section without a string table');
  }
  if (bytes > MAX_STRING_TABLE_BYTES) {
    throw new UnreadableElf(`string table of ${bytes} bytes`);
  }
  const load = elf.segments.find(
    (segment) =>
      segment.type === PT_LOAD &&
      address >= segment.address &&
      address + bytes <= segment.address + segment.bytes,
  );
  if (load === undefined) {
    throw new UnreadableElf('string table outside of every loaded segment');
  }
  return need(source, { offset: load.offset + (address - load.address), bytes }, 'string table');
}

function need(source: ByteSource, range: { offset: number; bytes: number }, what: string): Buffer {
  const bytes = source.read(range.offset, range.bytes);
  if (bytes === undefined) {
    throw new UnreadableElf(`${what} is outside of the file's readable part`);
  }
  return bytes;
}

function stringAt(table: Buffer, offset: number): string {
  const end = offset < table.length ? table.indexOf(0, offset) : -1;
  if (end === -1) {
    throw new UnreadableElf('string is not terminated');
  }
  return table.toString('utf8', offset, end);
}

/** Offsets and sizes beyond 2^53 cannot be those of a real file. */
function integer(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new UnreadableElf('offset or size beyond 2^53');
  }
  return Number(value);
}
