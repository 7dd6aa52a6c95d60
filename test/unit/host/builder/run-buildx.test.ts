import { expect, test } from 'vitest';
import { runBuildx } from '../../../../src/host/builder/run-buildx.ts';
import { createTurns } from '../../../../src/host/builder/turns.ts';
import type { ProcessRunner } from '../../../../src/host/process.ts';
import { ToolError } from '../../../../src/model/index.ts';

const LOST = 'ERROR: failed to solve: failed to get edge: inconsistent graph state';
const WRONG = 'ERROR: failed to solve: process "/bin/false" did not complete successfully';

test.each([
  { summary: 'is tried again', failures: [LOST], tries: 2, built: true },
  { summary: 'once', failures: [LOST, LOST], tries: 2, built: false },
  { summary: 'but not where a step is wrong', failures: [WRONG], tries: 1, built: false },
])('a build whose steps BuildKit lost $summary', async ({ failures, tries, built }) => {
  const run = buildsAfter(failures);
  const request = {
    dockerfile: '/images/python/Dockerfile',
    context: '/images/python/context',
    contexts: {},
    buildArgs: {},
    annotations: {},
    platform: 'linux/amd64',
    sourceDateEpoch: 1760000000,
    compression: 'gzip',
  } as const;
  const deps = {
    toolsDir: '/tools',
    socket: '/run/ingot/docker.sock',
    runner: { run: run.run, start: () => Promise.reject(new Error('not asked for')) } satisfies ProcessRunner,
    turns: createTurns(),
    signal: new AbortController().signal,
  };
  const result = runBuildx(request, deps).then(
    () => true,
    () => false,
  );
  expect(await result).toBe(built);
  expect(run.tries()).toBe(tries);
});

/** Fails as the list says, one after the other, and then builds. */
function buildsAfter(failures: readonly string[]): Pick<ProcessRunner, 'run'> & { tries(): number } {
  let tries = 0;
  return {
    run: () => {
      const stderrTail = failures[tries];
      tries += 1;
      return stderrTail === undefined
        ? Promise.resolve({ stdout: '', stderr: '' })
        : Promise.reject(
            new ToolError('exited', 'docker-buildx: exited with 1', { exitCode: 1, stderrTail }),
          );
    },
    tries: () => tries,
  };
}
