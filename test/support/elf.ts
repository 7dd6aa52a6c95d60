/** A minimal ELF64 file that says what a test wants the loader to read. */
export interface TestElf {
  readonly machine?: number;
  readonly interpreter?: string;
  readonly soname?: string;
  readonly needed?: readonly string[];
  readonly rpath?: string;
  readonly runpath?: string;
}

const X86_64 = 62;
const HEADERS_BYTES = 64 + 3 * 56;

/** One file of three program headers: PT_LOAD over all of it, PT_INTERP, PT_DYNAMIC. Addresses are offsets + 0x400000. */
export function elfBytes(elf: TestElf = {}): Buffer {
  const base = 0x400000;
  const strings = new StringTable();
  const tags: [number, number][] = [
    ...(elf.needed ?? []).map((name): [number, number] => [1, strings.add(name)]),
    ...pair(14, elf.soname, strings),
    ...pair(15, elf.rpath, strings),
    ...pair(29, elf.runpath, strings),
  ];
  const interpreter = Buffer.from(elf.interpreter === undefined ? '' : `${elf.interpreter}\0`);
  const table = strings.bytes();
  const stringsOffset = HEADERS_BYTES + interpreter.length;
  const dynamicOffset = stringsOffset + table.length;
  const dynamic = Buffer.concat(
    [...tags, [5, base + stringsOffset], [10, table.length], [0, 0]].map(([tag = 0, value = 0]) =>
      words(tag, value),
    ),
  );
  const total = dynamicOffset + dynamic.length;
  return Buffer.concat([
    header(elf.machine ?? X86_64),
    programHeader({ type: 1, offset: 0, address: base, bytes: total }),
    elf.interpreter === undefined
      ? programHeader({ type: 0, offset: 0, address: 0, bytes: 0 })
      : programHeader({ type: 3, offset: HEADERS_BYTES, address: base, bytes: interpreter.length }),
    programHeader({ type: 2, offset: dynamicOffset, address: base + dynamicOffset, bytes: dynamic.length }),
    interpreter,
    table,
    dynamic,
  ]);
}

function pair(tag: number, value: string | undefined, strings: StringTable): [number, number][] {
  return value === undefined ? [] : [[tag, strings.add(value)]];
}

function header(machine: number): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.write('\x7fELF\x02\x01\x01', 'latin1');
  bytes.writeUInt16LE(3, 16);
  bytes.writeUInt16LE(machine, 18);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(3, 56);
  return bytes;
}

function programHeader(segment: { type: number; offset: number; address: number; bytes: number }): Buffer {
  const bytes = Buffer.alloc(56);
  bytes.writeUInt32LE(segment.type, 0);
  bytes.writeBigUInt64LE(BigInt(segment.offset), 8);
  bytes.writeBigUInt64LE(BigInt(segment.address), 16);
  bytes.writeBigUInt64LE(BigInt(segment.bytes), 32);
  return bytes;
}

function words(tag: number, value: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(BigInt(tag), 0);
  bytes.writeBigUInt64LE(BigInt(value), 8);
  return bytes;
}

class StringTable {
  #text = '\0';

  add(text: string): number {
    const offset = Buffer.byteLength(this.#text);
    this.#text += `${text}\0`;
    return offset;
  }

  bytes(): Buffer {
    return Buffer.from(this.#text);
  }
}
