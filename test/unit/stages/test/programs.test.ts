import { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import { expect, test } from 'vitest';
import { execute } from '../../../../src/stages/test/containers/programs.ts';

/** A container whose engine gives these answers about its program, one after the other. */
function containerThat(...answers: readonly object[]): Dockerode.Container {
  const left = [...answers];
  const exec = {
    start: () => Promise.resolve(Readable.from([Buffer.from('done')])),
    inspect: () => Promise.resolve(left.shift()),
  };
  return { exec: () => Promise.resolve(exec) } as unknown as Dockerode.Container;
}

test('a program ends when the engine says so, which may be after its output has ended', async () => {
  const container = containerThat(
    { Running: true, ExitCode: null },
    { Running: true, ExitCode: null },
    { Running: false, ExitCode: 3 },
  );
  const run = { command: ['/x'], environment: {}, hasTerminal: true };
  expect(await execute(container, run)).toEqual({ stdout: 'done', stderr: '', exitCode: 3 });
});
