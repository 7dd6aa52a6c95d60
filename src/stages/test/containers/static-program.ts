import type { Platform } from '../../../model/index.ts';
import { elfMachineOf } from '../../../oci/index.ts';

/** Where Linux maps the file; any page above the first would do. */
const ADDRESS = 0x40_0000;
const ELF_HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;

/** A whole program of these instructions and the data behind them, which needs no file of the image. */
export function staticProgram(platform: Platform, code: Buffer): Buffer {
  const size = ELF_HEADER_BYTES + PROGRAM_HEADER_BYTES + code.length;
  return Buffer.concat([elfHeader(elfMachineOf(platform)), programHeader(size), code]);
}

/** elf(5), `Elf64_Ehdr`: little-endian, executable, one program header, no sections. */
function elfHeader(machine: number): Buffer {
  const header = Buffer.alloc(ELF_HEADER_BYTES);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(machine, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(ADDRESS + ELF_HEADER_BYTES + PROGRAM_HEADER_BYTES), 24);
  header.writeBigUInt64LE(BigInt(ELF_HEADER_BYTES), 32);
  header.writeUInt16LE(ELF_HEADER_BYTES, 52);
  header.writeUInt16LE(PROGRAM_HEADER_BYTES, 54);
  header.writeUInt16LE(1, 56);
  return header;
}

/** elf(5), `Elf64_Phdr`: the whole file is loaded, to be read and executed. */
function programHeader(size: number): Buffer {
  const header = Buffer.alloc(PROGRAM_HEADER_BYTES);
  header.writeUInt32LE(1, 0);
  header.writeUInt32LE(5, 4);
  header.writeBigUInt64LE(BigInt(ADDRESS), 16);
  header.writeBigUInt64LE(BigInt(ADDRESS), 24);
  header.writeBigUInt64LE(BigInt(size), 32);
  header.writeBigUInt64LE(BigInt(size), 40);
  header.writeBigUInt64LE(4096n, 48);
  return header;
}
