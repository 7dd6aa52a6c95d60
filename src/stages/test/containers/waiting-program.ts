import type { Platform } from '../../../model/index.ts';
import { elfMachineOf } from '../../../oci/index.ts';

/** Where Linux maps the file; any page above the first would do. */
const ADDRESS = 0x40_0000;
const ELF_HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;

/** Instructions that wait for a signal for ever. */
const INSTRUCTIONS: Readonly<Record<Platform, string>> = {
  // mov eax, 34 (pause); syscall; jmp to the start
  'linux/amd64': 'b822000000 0f05 ebf7',
  // mov x8, 73 (ppoll, whose arguments a new process has as zero: no file, no time); svc 0; branch to the start
  'linux/arm64': '280980d2 010000d4 feffff17',
};

/**
 * A whole program of 129 bytes or a few more that does nothing but wait. First process of a container whose image may
 * have no program that waits, not even a C library: other programs are then run beside it.
 */
export function waitingProgram(platform: Platform): Buffer {
  const instructions = Buffer.from(INSTRUCTIONS[platform].replaceAll(' ', ''), 'hex');
  const size = ELF_HEADER_BYTES + PROGRAM_HEADER_BYTES + instructions.length;
  return Buffer.concat([elfHeader(elfMachineOf(platform)), programHeader(size), instructions]);
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
