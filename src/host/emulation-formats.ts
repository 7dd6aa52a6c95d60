import type { Platform } from '../model/index.ts';
import { elfMachineOf } from '../oci/index.ts';

/** An entry of binfmt_misc that knows programs by their bytes, https://docs.kernel.org/admin-guide/binfmt-misc.html */
export interface BinaryFormat {
  readonly name: string;
  readonly isEnabled: boolean;
  readonly interpreter: string;
  readonly flags: string;
  readonly offset: number;
  readonly magic: Buffer;
  /** As long as `magic`: which of its bits count. */
  readonly mask: Buffer;
}

/** The kernel opened the interpreter when it was registered: it is there for containers, which have other files. */
const FIXED = 'F';

/** QEMU's name of what a program of the platform was compiled for. */
const QEMU_NAMES: Readonly<Record<Platform, string>> = {
  'linux/amd64': 'x86_64',
  'linux/arm64': 'aarch64',
};

/** `qemu-aarch64`, as Debian calls both the program and its registration. */
export function emulatorName(platform: Platform): string {
  return `qemu-${QEMU_NAMES[platform]}`;
}

/** What of Debian's qemu-user runs programs of the platform: it has an emulator for each of thirty machines. */
export function isOfEmulator(platform: Platform, file: string): boolean {
  const qemu = QEMU_NAMES[platform];
  const program = [`/usr/bin/qemu-${qemu}`, `/usr/libexec/qemu-binfmt/${qemu}-binfmt-P`];
  return [...program, debianFormat(platform)].includes(file);
}

/** binfmt.d(5) file in the package. */
export function debianFormat(platform: Platform): string {
  return `/usr/share/qemu/binfmt.d/${emulatorName(platform)}.conf`;
}

/** Reads an entry's file; undefined for one that goes by file name extension, as no ELF program does. */
export function parseFormat(name: string, text: string): BinaryFormat | undefined {
  const [state = '', ...lines] = text.split('\n');
  const fields = new Map(lines.map(splitLine));
  const magic = Buffer.from(fields.get('magic') ?? '', 'hex');
  if (magic.length === 0) {
    return undefined;
  }
  const mask = fields.get('mask');
  return {
    name,
    isEnabled: state.trim() === 'enabled',
    interpreter: fields.get('interpreter') ?? '',
    flags: fields.get('flags') ?? '',
    offset: Number(fields.get('offset') ?? 0),
    magic,
    mask: mask === undefined ? Buffer.alloc(magic.length, 0xff) : Buffer.from(mask, 'hex'),
  };
}

/** `flags: POCF` has a colon, `interpreter /usr/bin/x` has none. */
function splitLine(line: string): [string, string] {
  const at = line.indexOf(' ');
  return at === -1 ? [line, ''] : [line.slice(0, at).replace(/:$/, ''), line.slice(at + 1).trim()];
}

/** What runs programs of the platform here, in containers as well; undefined where they cannot run. */
export function emulatorOf(platform: Platform, formats: readonly BinaryFormat[]): BinaryFormat | undefined {
  const headers = [ELF_EXECUTABLE, ELF_SHARED].map((type) => elfHeader(type, elfMachineOf(platform)));
  return formats.find(
    (format) =>
      format.isEnabled && format.flags.includes(FIXED) && headers.every((header) => knows(format, header)),
  );
}

/** Position-independent programs are of the second type, and everything in Debian is built so. */
const ELF_EXECUTABLE = 2;
const ELF_SHARED = 3;

/** System V ABI, "ELF Header", of a little-endian 64-bit program: its identification, type and machine. */
function elfHeader(type: number, machine: number): Buffer {
  const header = Buffer.alloc(128);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(type, 16);
  header.writeUInt16LE(machine, 18);
  return header;
}

function knows({ magic, mask, offset }: BinaryFormat, header: Buffer): boolean {
  return magic.every((byte, at) => (((header[offset + at] ?? 0) ^ byte) & (mask[at] ?? 0xff)) === 0);
}

/** Debian's registration (binfmt.d(5)) under another name, of the program unpacked below `root`. */
export function registrationLine(debianLine: string, name: string, root: string): string {
  const [, , type, offset, magic, mask, interpreter = '', flags = ''] = debianLine.trim().split(':');
  const fixed = flags.includes(FIXED) ? flags : `${flags}${FIXED}`;
  return ['', name, type, offset, magic, mask, `${root}${interpreter}`, fixed].join(':');
}
