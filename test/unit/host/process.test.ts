import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProcessRunner } from '../../../src/host/process.ts';
import type { ToolError } from '../../../src/model/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const { run, start } = createProcessRunner();

describe('run', () => {
  it.each([
    ['a quote', ["it's"]],
    ['what a shell would expand', ['$HOME', '`id`', '*', 'a b', '']],
    ['a line break', ['a\nb']],
  ])('passes %s on as it is', async (_, words) => {
    const { stdout } = await run(['printf', '%s|', ...words]);
    expect(stdout).toBe(words.map((word) => `${word}|`).join(''));
  });

  it('writes stdin and adds to the environment', async () => {
    const { stdout } = await run(['sh', '-c', 'cat; printf "$SECRET"'], {
      input: 'in ',
      env: { SECRET: 'env' },
    });
    expect(stdout).toBe('in env');
  });

  it.each<[string, readonly string[], Partial<ToolError>]>([
    ['a program that is not there', ['no-such-program'], { kind: 'spawn-failed' }],
    ['a failure', ['sh', '-c', 'echo why >&2; exit 3'], { kind: 'exited', exitCode: 3, stderrTail: 'why' }],
    ['a signal', ['sh', '-c', 'kill -9 $$'], { kind: 'killed' }],
  ])('tells %s', async (_, argv, expected) => {
    await expect(run(argv)).rejects.toMatchObject(expected);
  });

  it('does not mind a process that leaves its input unread', async () => {
    await expect(run(['true'], { input: 'x'.repeat(1_000_000) })).resolves.toEqual({
      stdout: '',
      stderr: '',
    });
  });

  it('ends a process that is cancelled, with its children', async () => {
    const cancel = new AbortController();
    const running = run(['sh', '-c', 'sleep 60 & wait'], { signal: cancel.signal });
    setImmediate(() => {
      cancel.abort();
    });
    await expect(running).rejects.toMatchObject({ kind: 'killed', message: '"sh" was cancelled' });
  });

  it('ends a process that takes too long', async () => {
    await expect(run(['sleep', '60'], { timeoutMs: 50 })).rejects.toMatchObject({ kind: 'killed' });
  });
});

describe('start', () => {
  it('keeps what the process says, and stops it', async () => {
    const logFile = join(await temporaryFolder(), 'log');
    const child = await start(['sh', '-c', 'echo out; echo err >&2; exec sleep 60'], { logFile });
    await expect.poll(() => readFile(logFile, 'utf8')).toContain('err');
    await child.stop(1000);
    await child.ended;
    expect((await readFile(logFile, 'utf8')).split('\n').sort()).toEqual(['', 'err', 'out']);
  });

  it('does not wait for a helper that left its group', async () => {
    const logFile = join(await temporaryFolder(), 'log');
    const child = await start(['sh', '-c', 'setsid sleep 3 & exec sleep 60'], { logFile });
    const before = performance.now();
    await child.stop(100);
    expect(await child.ended).toEqual({ exitCode: undefined });
    expect(performance.now() - before).toBeLessThan(2000);
  });

  it('goes on when the log cannot be written', async () => {
    const child = await start(['sh', '-c', 'head -c 1000000 /dev/zero'], { logFile: '/dev/full' });
    expect(await child.ended).toEqual({ exitCode: 0 });
  });
});
