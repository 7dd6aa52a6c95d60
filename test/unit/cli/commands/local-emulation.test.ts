import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { startEmulation } from '../../../../src/cli/commands/local-emulation.ts';
import type { CommandContext } from '../../../../src/cli/context.ts';
import type { LocalServices } from '../../../../src/cli/index.ts';

const ADDED = {
  platform: 'linux/arm64',
  name: 'ingot-qemu-aarch64',
  interpreter: '/q',
  isOurs: true,
} as const;
const PRESENT = { ...ADDED, name: 'qemu-aarch64', isOurs: false } as const;

function servicesWith(present?: typeof PRESENT): LocalServices {
  const services: Partial<LocalServices> = {
    findEmulation: async () => present,
    addEmulation: async () => ADDED,
  };
  return services as LocalServices;
}

/** A person at a terminal who types the answer; without one, nobody is there. */
function contextWith(answer?: string): { context: CommandContext; asked: () => string } {
  const [stdin, stderr] = [new PassThrough(), new PassThrough()];
  const isTTY = answer !== undefined;
  if (isTTY) {
    stdin.write(`${answer}\n`);
  }
  const { signal } = new AbortController();
  const terminal = { stdin: Object.assign(stdin, { isTTY }), stderr: Object.assign(stderr, { isTTY }) };
  const context = { ...terminal, signal, emit: () => undefined };
  return { context: context as unknown as CommandContext, asked: () => String(stderr.read() ?? '') };
}

test('what another program registered is used, and nobody is asked', async () => {
  const { context, asked } = contextWith('no');
  expect(await startEmulation(servicesWith(PRESENT), false, context)).toBe(PRESENT);
  expect(asked()).toBe('');
});

test.each(['y', 'yes', ' Y '])('"%s" on a terminal registers', async (answer) => {
  const { context, asked } = contextWith(answer);
  expect(await startEmulation(servicesWith(), false, context)).toBe(ADDED);
  expect(asked()).toMatch(/^Register QEMU with this host's kernel\?.* \[y\/N\] /);
});

test.each(['', 'n', 'yesterday'])('"%s" does not', async (answer) => {
  await expect(startEmulation(servicesWith(), false, contextWith(answer).context)).rejects.toMatchObject({
    code: 'CANCELLED',
  });
});

test('where nobody can be asked, only --yes registers', async () => {
  await expect(startEmulation(servicesWith(), false, contextWith().context)).rejects.toMatchObject({
    code: 'USAGE',
    hint: expect.stringContaining('--yes') as string,
  });
  expect(await startEmulation(servicesWith(), true, contextWith().context)).toBe(ADDED);
});
