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
  const result = build(run).then(
    () => true,
    () => false,
  );
  expect(await result).toBe(built);
  expect(run.tries()).toBe(tries);
});

test.each([
  {
    summary: 'its output',
    stderr:
      '#5 0.1 no\n------\n > [2/3] RUN npm ci:\n0.1 npm error\n------\nERROR: failed to solve: exit code: 1\n',
    step: '> [2/3] RUN npm ci:\n0.1 npm error',
  },
  {
    summary: 'the reason where it has no output',
    stderr: '#5 CACHED\n------\n > [2/3] COPY x /x:\n------\nERROR: failed to solve: "/x": not found\n',
    step: '> [2/3] COPY x /x: ERROR: failed to solve: "/x": not found',
  },
])('a build that failed names the step with $summary', async ({ stderr, step }) => {
  await expect(build(buildsAfter([stderr]))).rejects.toMatchObject({
    code: 'BUILD_FAILED',
    message: `cannot build "/images/python/Dockerfile": ${step}`,
  });
});

test('a build on a full disk says so: its Dockerfile is not to blame', async () => {
  const stderr =
    '------\n > [1/1] ADD root.tar /:\n------\nERROR: failed to solve: write /usr/bin/sed: no space left on device\n';
  await expect(build(buildsAfter([stderr]))).rejects.toMatchObject({
    code: 'STORAGE_FAILED',
    message:
      'cannot build "/images/python/Dockerfile": > [1/1] ADD root.tar /: ERROR: failed to solve: write /usr/bin/sed: no space left on device',
    hint: expect.stringContaining('df -h'),
  });
});

function build({ run }: Pick<ProcessRunner, 'run'>): Promise<void> {
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
  return runBuildx(request, {
    toolsDir: '/tools',
    socket: '/run/ingot/docker.sock',
    runner: { run, start: () => Promise.reject(new Error('not asked for')) },
    turns: createTurns(),
    signal: new AbortController().signal,
  });
}

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
