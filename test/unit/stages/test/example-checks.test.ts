import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  checkApp,
  checkArbitraryUser,
  checkExitCode,
  checkHello,
  checkServer,
  checkServerAsAnyUser,
} from '../../../../src/stages/test/containers/index.ts';
import type { ContainerRunner, RunSettings } from '../../../../src/stages/test/containers/index.ts';
import { ProgramNotStarted } from '../../../../src/stages/test/containers/runner.ts';
import type { RunningServer } from '../../../../src/stages/test/containers/runner.ts';
import type { CommandResult } from '../../../../src/stages/test/structure/index.ts';

const SETTINGS = {
  platform: 'linux/amd64',
  image: 'ingot/node:1',
  user: '65532:65532',
  exampleDir: '/run/example',
  stopGraceMs: 1000,
} as const;
const { platform: _platform, stopGraceMs: _stopGraceMs, ...RUN } = SETTINGS;
const HELLO = { command: ['/example/hello'], stdout: 'hello\n' };
const SOCKETS = '  0: 00000000:1F90 00000000:0000 0A \n';
const SERVER = { command: ['/example/server'], ready: 'ready' };

interface Behaviour {
  readonly result?: CommandResult;
  readonly server?: Partial<RunningServer>;
  readonly startError?: Error;
}

interface ScriptedRunner extends ContainerRunner {
  readonly started: readonly RunSettings[];
}

/** Runs no container: answers as it is told to, and notes what was asked for. */
function runnerThat({ result, server, startError }: Behaviour): ScriptedRunner {
  const started: RunSettings[] = [];
  return {
    started,
    runToEnd: async (settings) => {
      started.push(settings);
      return result ?? { stdout: '', stderr: '', exitCode: 0 };
    },
    withKeptFiles: () => Promise.reject(new Error('keeps no files')),
    withServer: async (settings, use) => {
      started.push(settings);
      if (startError !== undefined) {
        throw startError;
      }
      return use({
        url: 'http://127.0.0.1:1',
        waitForLine: async () => undefined,
        stop: async () => ({ exitCode: 0 }),
        output: async () => '',
        sockets: async () => SOCKETS,
        ...server,
      });
    },
    close: async () => undefined,
  };
}

describe('checkHello', () => {
  test('the image is run as shipped: only the command is given', async () => {
    const runner = runnerThat({ result: { stdout: 'hello\n', stderr: 'warning', exitCode: 0 } });
    expect(await checkHello(HELLO, SETTINGS, runner)).toEqual({
      kind: 'passed',
      check: 'runs-hello',
      platform: 'linux/amd64',
    });
    expect(runner.started).toEqual([{ ...RUN, command: ['/example/hello'], environment: {} }]);
  });

  test.each([
    { summary: 'another output', result: { stdout: 'hello', stderr: '', exitCode: 0 } },
    { summary: 'another exit code', result: { stdout: 'hello\n', stderr: '', exitCode: 1 } },
  ])('$summary fails', async ({ result }) => {
    expect(await checkHello(HELLO, SETTINGS, runnerThat({ result }))).toMatchObject({
      kind: 'failed',
      expected: 'exit code 0 and "hello\\n"',
      got: `exit code ${result.exitCode}, ${JSON.stringify(result.stdout)} and on stderr ""`,
    });
  });
});

test('an arbitrary user is one of OpenShift’s, in the group root', async () => {
  const runner = runnerThat({ result: { stdout: 'hello\n', stderr: '', exitCode: 0 } });
  expect(await checkArbitraryUser(HELLO, SETTINGS, runner)).toMatchObject({
    kind: 'passed',
    check: 'runs-as-any-user',
  });
  expect(runner.started[0]).toMatchObject({ user: '1000710000:0' });
});

describe('checkExitCode', () => {
  const ENTRYPOINT = ['/usr/bin/tini', '-g', '--', '/usr/bin/python3', '-I'];

  test('runs the interpreter without tini, and the image as shipped', async () => {
    const runner = runnerThat({ result: { stdout: '', stderr: 'unknown option', exitCode: 2 } });
    expect(await checkExitCode(ENTRYPOINT, SETTINGS, runner)).toEqual([
      { kind: 'passed', check: 'passes-exit-code', platform: 'linux/amd64' },
    ]);
    const failing = {
      ...RUN,
      command: ['/example/there-is-no-such-program'],
      environment: {},
    };
    expect(runner.started).toEqual([{ ...failing, entrypoint: ['/usr/bin/python3', '-I'] }, failing]);
  });

  test.each([
    { summary: 'another exit code', exitCodes: { alone: 2, shipped: 1 } },
    { summary: 'success', exitCodes: { alone: 0, shipped: 0 } },
  ])('$summary fails', async ({ exitCodes: { alone, shipped } }) => {
    const runner = {
      ...runnerThat({}),
      runToEnd: async ({ entrypoint }: RunSettings) => ({
        stdout: '',
        stderr: '',
        exitCode: entrypoint === undefined ? shipped : alone,
      }),
    };
    expect(await checkExitCode(ENTRYPOINT, SETTINGS, runner)).toMatchObject([
      { kind: 'failed', got: `exit code ${alone} and "" alone, exit code ${shipped} and "" as shipped` },
    ]);
  });

  test.each([[[]], [['/usr/bin/node']], [['/usr/bin/tini', '/usr/bin/node']]])(
    'there is nothing to look at with entrypoint %j',
    async (entrypoint) => {
      const runner = runnerThat({});
      expect(await checkExitCode(entrypoint, SETTINGS, runner)).toEqual([]);
      expect(runner.started).toEqual([]);
    },
  );
});

describe('checkServer', () => {
  test.each<{ summary: string; behaviour: Behaviour; expected: readonly string[] }>([
    { summary: 'a server without a port', behaviour: {}, expected: ['serves: passed', 'stops: passed'] },
    {
      summary: 'ended by its signal, which is an exit code too',
      behaviour: { server: { stop: async () => ({ exitCode: 143 }) } },
      expected: ['serves: passed', 'stops: passed'],
    },
    {
      summary: 'killed',
      behaviour: { server: { stop: async () => ({ exitCode: 137 }) } },
      expected: ['serves: passed', 'stops: had to be killed'],
    },
    {
      summary: 'crashed at its stop signal',
      behaviour: { server: { stop: async () => ({ exitCode: 139 }) } },
      expected: ['serves: passed', 'stops: exit code 139'],
    },
    {
      summary: 'never ready',
      behaviour: {
        server: { waitForLine: () => Promise.reject(new Error('timeout')), output: async () => 'booting' },
      },
      expected: ['serves: no such line in 60 s or until its end, but "booting"'],
    },
    {
      summary: 'a program that is not there',
      behaviour: { startError: new ProgramNotStarted('exec: "/example/server": no such file') },
      expected: ['serves: exec: "/example/server": no such file'],
    },
  ])('$summary', async ({ behaviour, expected }) => {
    const { checks: results } = await checkServer(SERVER, SETTINGS, runnerThat(behaviour));
    expect(
      results.map((result) => `${result.check}: ${result.kind === 'passed' ? 'passed' : result.got}`),
    ).toEqual(expected);
  });

  test.each([
    { summary: 'one that a busy machine was late for', exitCodes: [137, 0], starts: 2, ended: 'passed' },
    { summary: 'one that hangs', exitCodes: [137, 137], starts: 2, ended: 'failed' },
    { summary: 'one that ended in time', exitCodes: [0], starts: 1, ended: 'passed' },
  ])('$summary is told to end $starts times', async ({ exitCodes, starts, ended }) => {
    const stop = vi.fn<RunningServer['stop']>();
    for (const exitCode of exitCodes) {
      stop.mockResolvedValueOnce({ exitCode });
    }
    const runner = runnerThat({ server: { stop } });
    const { checks } = await checkServer(SERVER, SETTINGS, runner);
    expect(checks.map(({ kind }) => kind)).toEqual(['passed', ended]);
    expect(runner.started).toHaveLength(starts);
  });

  test('it serves and stops as an arbitrary user, too', async () => {
    const stop = async (): Promise<{ exitCode: number }> => ({ exitCode: 1 });
    const runner = runnerThat({ server: { stop } });
    expect(await checkServerAsAnyUser(SERVER, SETTINGS, runner)).toMatchObject([
      { kind: 'passed', check: 'serves-as-any-user' },
      { kind: 'failed', check: 'stops-as-any-user', got: 'exit code 1' },
    ]);
    expect(runner.started[0]).toEqual({
      ...RUN,
      user: '1000710000:0',
      command: ['/example/server'],
      environment: {},
    });
  });

  test('a server says in words of its own that it is ready', async () => {
    const waitForLine = vi.fn(() => Promise.resolve());
    await checkServer({ ...SERVER, ready: 'started' }, SETTINGS, runnerThat({ server: { waitForLine } }));
    expect(waitForLine).toHaveBeenCalledWith('started', expect.any(Number));
  });

  test('nobody answers', async () => {
    const { checks } = await checkServer({ ...SERVER, port: 1, body: 'x' }, SETTINGS, runnerThat({}));
    expect(checks[0]).toMatchObject({ kind: 'failed', check: 'serves', expected: '200 "x"' });
  });

  test('while it is ready, its sockets are noted', async () => {
    expect(await checkServer(SERVER, SETTINGS, runnerThat({}))).toMatchObject({ sockets: SOCKETS });
    const waitForLine = (): Promise<never> => Promise.reject(new Error('timeout'));
    const neverReady = await checkServer(SERVER, SETTINGS, runnerThat({ server: { waitForLine } }));
    expect(neverReady).not.toHaveProperty('sockets');
  });

  test('an engine that fails is no failed check', async () => {
    const error = new Error('connection refused');
    await expect(checkServer(SERVER, SETTINGS, runnerThat({ startError: error }))).rejects.toBe(error);
  });
});

describe('checkApp', () => {
  const APP = { bases: [], port: 8080, body: 'hello' };

  test('an image whose program cannot be started is a failed check', async () => {
    const startError = new ProgramNotStarted('exec: "/app": no such file');
    expect(await checkApp(APP, SETTINGS, runnerThat({ startError }))).toMatchObject([
      { kind: 'failed', check: 'example-serves', got: 'exec: "/app": no such file' },
    ]);
  });

  test('it is asked over HTTP, without a command of ours', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('hello')));
    onTestFinished(() => {
      vi.unstubAllGlobals();
    });
    const runner = runnerThat({});
    expect(await checkApp(APP, SETTINGS, runner)).toMatchObject([
      { kind: 'passed', check: 'example-serves' },
      { kind: 'passed', check: 'example-stops' },
    ]);
    expect(runner.started).toMatchObject([{ port: 8080, command: [] }]);
  });
});
