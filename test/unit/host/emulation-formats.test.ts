import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emulatorOf, parseFormat, registrationLine } from '../../../src/host/emulation-formats.ts';

/** As Debian 13's qemu-user registers it, and as the kernel then shows it. */
const DEBIAN_LINE = String.raw`:qemu-aarch64:M::\x7f\x45\x4c\x46\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:/usr/libexec/qemu-binfmt/aarch64-binfmt-P:OPF`;
const AARCH64 = {
  state: 'enabled',
  interpreter: '/usr/bin/qemu-aarch64',
  flags: 'POCF',
  magic: '7f454c460201010000000000000000000200b700',
  mask: 'ffffffffffffff00fffffffffffffffffeffffff',
};

function textOf({ state, interpreter, flags, magic, mask }: typeof AARCH64): string {
  const lines = [state, `interpreter ${interpreter}`, `flags: ${flags}`, 'offset 0', `magic ${magic}`];
  return `${[...lines, ...(mask === '' ? [] : [`mask ${mask}`])].join('\n')}\n`;
}

describe('emulatorOf', () => {
  it.each([
    { summary: 'an emulator that the kernel holds open', change: {}, found: true },
    { summary: 'one that is looked for in each container', change: { flags: 'POC' }, found: false },
    { summary: 'one that is switched off', change: { state: 'disabled' }, found: false },
    {
      summary: 'one of another machine',
      change: { magic: '7f454c460201010000000000000000000200f300' },
      found: false,
    },
    {
      summary: 'one that knows no position-independent programs',
      change: { mask: 'ffffffffffffff00ffffffffffffffffffffffff' },
      found: false,
    },
    { summary: 'one without a mask, for the first type only', change: { mask: '' }, found: false },
  ])('$summary: $found', ({ change, found }) => {
    const format = parseFormat('qemu-aarch64', textOf({ ...AARCH64, ...change }));
    expect(emulatorOf('linux/arm64', [format!])?.name).toBe(found ? 'qemu-aarch64' : undefined);
    expect(emulatorOf('linux/amd64', [format!])).toBeUndefined();
  });

  it('takes the one that serves, whatever stands before it', () => {
    const unfit = parseFormat('a', textOf({ ...AARCH64, flags: '' }))!;
    const fit = parseFormat('b', textOf(AARCH64))!;
    expect(emulatorOf('linux/arm64', [unfit, fit])).toBe(fit);
  });
});

describe('parseFormat', () => {
  it('passes over what goes by file name extension', () => {
    expect(
      parseFormat('jar', 'enabled\ninterpreter /usr/bin/jexec\nflags: \nextension .jar\n'),
    ).toBeUndefined();
  });

  it('reads what the kernel writes, whatever the interpreter is called', () => {
    const path = fc.stringMatching(/^\/[ -~]*[!-~]$/);
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 128 });
    fc.assert(
      fc.property(path, bytes, fc.nat(127), (interpreter, magic, offset) => {
        const hex = Buffer.from(magic).toString('hex');
        const text = `enabled\ninterpreter ${interpreter}\nflags: F\noffset ${offset}\nmagic ${hex}\n`;
        expect(parseFormat('x', text)).toEqual({
          name: 'x',
          isEnabled: true,
          interpreter,
          flags: 'F',
          offset,
          magic: Buffer.from(magic),
          mask: Buffer.alloc(magic.length, 0xff),
        });
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const format = parseFormat('x', text);
        expect(emulatorOf('linux/arm64', format === undefined ? [] : [format])).toBeUndefined();
      }),
    );
  });
});

describe('registrationLine', () => {
  it("is Debian's, with our name and our copy of the program", () => {
    expect(registrationLine(`${DEBIAN_LINE}\n`, 'ingot-qemu-aarch64', '/cache/emulator/1')).toBe(
      DEBIAN_LINE.replace('qemu-aarch64', 'ingot-qemu-aarch64').replace(
        '/usr/libexec',
        '/cache/emulator/1/usr/libexec',
      ),
    );
  });

  it('has the kernel hold the program open, whatever Debian says', () => {
    expect(registrationLine(':q:M::m:k:/usr/bin/q:OC', 'ours', '')).toBe(':ours:M::m:k:/usr/bin/q:OCF');
  });
});
