import type { Platform } from '../../../model/index.ts';
import { staticProgram } from './static-program.ts';

/** Name of the program in the folder that is mounted at `/example`. */
export const PORTS_PROGRAM = '.listening-ports';

/**
 * Opens each file whose name stands behind the instructions, 16 bytes for each and a zero behind the last, copies it to
 * stdout with read(2) and write(2) through 4096 bytes of stack, and exits with 0. A file that is not there is skipped.
 */
const INSTRUCTIONS: Readonly<Record<Platform, string>> = {
  'linux/amd64': `
    4881ec00100000 488d1d47000000
    b802000000 4889df 31f6 31d2 0f05 89c5
    31c0 89ef 4889e6 ba00100000 0f05 85c0 7e13
    89c2 b801000000 bf01000000 4889e6 0f05 ebdb
    4883c310 803b00 75c2 b83c000000 31ff 0f05`,
  'linux/arm64': `
    ff0740d1 73030010
    080780d2 600c8092 e10313aa 020080d2 030080d2 010000d4 f40300aa
    e80780d2 e00314aa e1030091 020082d2 010000d4 1f0000f1 ed000054
    e20300aa 080880d2 200080d2 e1030091 010000d4 f4ffff17
    73420091 69024039 49fdff35 a80b80d2 000080d2 010000d4`,
};

const NAME_BYTES = 16;

/** proc(5): sockets of the network namespace that the reader is in. */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];

/** A whole program that prints which TCP sockets its container has: an image may have no program that could. */
export function portsProgram(platform: Platform): Buffer {
  const names = TABLES.map((name) => Buffer.from(name.padEnd(NAME_BYTES, '\0'), 'latin1'));
  const instructions = Buffer.from(INSTRUCTIONS[platform].replaceAll(/\s/g, ''), 'hex');
  return staticProgram(platform, Buffer.concat([instructions, ...names, Buffer.alloc(1)]));
}

/** include/net/tcp_states.h */
const LISTEN = '0A';

/** The first port that Linux gives to who asks for any (ip(7), `ip_local_port_range`). */
const FIRST_EPHEMERAL = 32_768;

/**
 * What others can reach, `8080/tcp`, of the lines of `/proc/net/tcp` and `tcp6`. Loopback is not open, and the engine's
 * own name server listens there as well. A port that nobody named is another one every time: those are one.
 */
export function openPortsIn(text: string, named: readonly string[]): readonly string[] {
  const ports = [...text.matchAll(/^ *\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) /gm)]
    .filter(([, address = '', , state]) => state === LISTEN && !isLoopback(address))
    .map(([, , port = '']) => Number.parseInt(port, 16))
    .map((port) => ({ port, text: `${port}/tcp` }))
    .map((each) => (each.port < FIRST_EPHEMERAL || named.includes(each.text) ? each.text : 'ephemeral/tcp'));
  return [...new Set(ports)].sort();
}

/** Addresses are words in the machine's own order, which is little-endian on every platform: 127.0.0.11 is `0B00007F`. */
function isLoopback(address: string): boolean {
  const isIpv4 = /^[0-9A-F]{6}7F$/.test(address);
  const isMapped = /^0{16}FFFF0000[0-9A-F]{6}7F$/.test(address);
  return isIpv4 || isMapped || address === '00000000000000000000000001000000';
}
