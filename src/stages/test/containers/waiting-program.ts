import type { Platform } from '../../../model/index.ts';
import { staticProgram } from './static-program.ts';

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
  return staticProgram(platform, Buffer.from(INSTRUCTIONS[platform].replaceAll(' ', ''), 'hex'));
}
