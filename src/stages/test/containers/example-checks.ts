import { setTimeout as delay } from 'node:timers/promises';
import type { CheckResult, ExampleApp, Platform, StackExample } from '../../../model/index.ts';
import { ProgramNotStarted } from './runner.ts';
import type { ContainerRunner, RunningServer, RunSettings } from './runner.ts';

/** A server has to say that it is ready, and to answer, within these, even on another machine's instructions. */
const READY_TIMEOUT_MS = 60_000;
const RESPONSE_TIMEOUT_MS = 20_000;
const POLL_MS = 100;

/** How the container of a program that ignored its stop signal ends: 128 + SIGKILL. */
const KILLED_EXIT_CODE = 137;

/** A program that was told to end says 0, or dies of the signal: 128 + SIGINT, SIGQUIT or SIGTERM. */
const STOPPED_EXIT_CODES: readonly number[] = [0, 130, 131, 143];

/** What OpenShift's restricted-v2 runs an image as: a number from the project's range, always in the group root. */
const ARBITRARY_USER = '1000710000:0';

/** Everything a run needs but the program. */
export type ExampleSettings = Pick<RunSettings, 'image' | 'user' | 'exampleDir'> & {
  readonly platform: Platform;
  /** A server has to end within this; the engine counts whole seconds. */
  readonly stopGraceMs: number;
};

/** The image as shipped runs its language's hello world. */
export function checkHello(
  hello: StackExample['hello'],
  settings: ExampleSettings,
  runner: ContainerRunner,
): Promise<CheckResult> {
  return checkRun('runs-hello', hello, { settings, runner });
}

/** The same as a user that no file of the image knows. */
export function checkArbitraryUser(
  hello: StackExample['hello'],
  settings: ExampleSettings,
  runner: ContainerRunner,
): Promise<CheckResult> {
  return checkRun('runs-as-any-user', hello, { settings: { ...settings, user: ARBITRARY_USER }, runner });
}

async function checkRun(
  check: string,
  hello: StackExample['hello'],
  { settings, runner }: { readonly settings: ExampleSettings; readonly runner: ContainerRunner },
): Promise<CheckResult> {
  const { platform, stopGraceMs: _stopGraceMs, ...run } = settings;
  const { stdout, stderr, exitCode } = await runner.runToEnd({
    ...run,
    command: hello.command,
    environment: {},
  });
  if (exitCode === 0 && stdout === hello.stdout) {
    return { kind: 'passed', check, platform };
  }
  return {
    kind: 'failed',
    check,
    platform,
    expected: `exit code 0 and ${JSON.stringify(hello.stdout)}`,
    got: `exit code ${exitCode}, ${JSON.stringify(stdout)} and on stderr ${JSON.stringify(stderr)}`,
  };
}

/** What a server did, and which sockets its container had while it was ready, as `/proc/net/tcp` tells them. */
export interface ServerChecks {
  readonly checks: readonly CheckResult[];
  /** Absent where it never was ready. */
  readonly sockets?: string;
}

/** The image as shipped runs a server that answers, and ends when it is told to. */
export async function checkServer(
  server: ExampleServer,
  settings: ExampleSettings,
  runner: ContainerRunner,
): Promise<ServerChecks> {
  let sockets: string | undefined;
  const checks = await runServer(server, {
    settings,
    runner,
    nameOf: (check) => check,
    whileReady: async (running) => {
      sockets = await running.sockets();
    },
  });
  return { checks, ...(sockets === undefined ? {} : { sockets }) };
}

/** The same as a user that no file of the image knows: a server reads more than a hello world. */
export function checkServerAsAnyUser(
  server: ExampleServer,
  settings: ExampleSettings,
  runner: ContainerRunner,
): Promise<readonly CheckResult[]> {
  return runServer(server, {
    settings: { ...settings, user: ARBITRARY_USER },
    runner,
    nameOf: (check) => `${check}-as-any-user`,
  });
}

interface ServerRun {
  readonly settings: ExampleSettings;
  readonly runner: ContainerRunner;
  /** What its checks are called. */
  readonly nameOf: (check: string) => string;
  readonly whileReady?: (running: RunningServer) => Promise<void>;
}

function runServer(
  server: ExampleServer,
  { settings: { platform, stopGraceMs, ...run }, runner, nameOf, whileReady }: ServerRun,
): Promise<readonly CheckResult[]> {
  const withPort = server.port === undefined ? {} : { port: server.port };
  const start = { ...run, ...withPort, command: server.command, environment: {} };
  return serverChecks({ platform, nameOf }, () =>
    runner.withServer(start, (running) => observe(server, { running, stopGraceMs, whileReady })),
  );
}

/** What a developer built on the image answers, as it was built: nothing is mounted, and no command given. */
export function checkApp(
  app: ExampleApp,
  { platform, stopGraceMs, ...run }: ExampleSettings,
  runner: ContainerRunner,
): Promise<readonly CheckResult[]> {
  const start = { ...run, port: app.port, command: [], environment: {} };
  return serverChecks({ platform, nameOf: (check) => `example-${check}` }, () =>
    runner.withServer(start, async (running) => [
      { check: 'serves', miss: await missedAnswerInTime(running, app) },
      { check: 'stops', miss: await missedStop(running, stopGraceMs) },
    ]),
  );
}

type ObserveServer = () => Promise<readonly Observation[]>;

async function serverChecks(
  { platform, nameOf }: Pick<ServerRun, 'nameOf'> & Pick<ExampleSettings, 'platform'>,
  observeServer: ObserveServer,
): Promise<readonly CheckResult[]> {
  const observed = await twiceIfKilled(() => orNotStarted(observeServer));
  return observed.map(({ check, miss }) => ({
    check: nameOf(check),
    platform,
    ...(miss === undefined ? { kind: 'passed' } : { kind: 'failed', ...miss }),
  }));
}

async function orNotStarted(observeServer: ObserveServer): Promise<readonly Observation[]> {
  try {
    return await observeServer();
  } catch (error) {
    if (error instanceof ProgramNotStarted) {
      return [{ check: 'serves', miss: { expected: 'a server that starts', got: error.message } }];
    }
    throw error;
  }
}

/** A busy machine may not get to a server's end within its second; a server that hangs hangs both times. */
async function twiceIfKilled(observeServer: ObserveServer): Promise<readonly Observation[]> {
  const observed = await observeServer();
  const isKilled = observed.some(({ check, miss }) => check === 'stops' && miss !== undefined);
  return isKilled ? observeServer() : observed;
}

async function missedAnswerInTime(running: RunningServer, app: ExampleApp): Promise<Miss | undefined> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    const miss = await missedAnswer(running.url, app.body);
    if (miss === undefined) {
      return undefined;
    }
    if (performance.now() > deadline) {
      return { ...miss, got: `${miss.got}; its output: ${JSON.stringify(await running.output())}` };
    }
    await delay(POLL_MS);
  }
}

type ExampleServer = NonNullable<StackExample['server']>;

interface Miss {
  readonly expected: string;
  readonly got: string;
}

interface Observation {
  readonly check: string;
  readonly miss: Miss | undefined;
}

interface Observed {
  readonly running: RunningServer;
  readonly stopGraceMs: number;
  readonly whileReady: ServerRun['whileReady'];
}

async function observe(
  server: ExampleServer,
  { running, stopGraceMs, whileReady }: Observed,
): Promise<readonly Observation[]> {
  try {
    await running.waitForLine(server.ready, READY_TIMEOUT_MS);
  } catch {
    const got = `no such line in ${READY_TIMEOUT_MS / 1000} s or until its end, but ${JSON.stringify(await running.output())}`;
    return [{ check: 'serves', miss: { expected: `a line of output with "${server.ready}"`, got } }];
  }
  const serves = server.port === undefined ? undefined : await missedAnswer(running.url, server.body ?? '');
  await whileReady?.(running);
  return [
    { check: 'serves', miss: serves },
    { check: 'stops', miss: await missedStop(running, stopGraceMs) },
  ];
}

async function missedAnswer(url: string, body: string): Promise<Miss | undefined> {
  const expected = `200 ${JSON.stringify(body)}`;
  const got = await answerOf(url);
  return got === expected ? undefined : { expected, got };
}

async function answerOf(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS) });
    return `${response.status} ${JSON.stringify(await response.text())}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function missedStop(running: RunningServer, graceMs: number): Promise<Miss | undefined> {
  const { exitCode } = await running.stop(graceMs);
  if (STOPPED_EXIT_CODES.includes(exitCode)) {
    return undefined;
  }
  const got = exitCode === KILLED_EXIT_CODE ? 'had to be killed' : `exit code ${exitCode}`;
  return { expected: `ends in order within ${graceMs / 1000} s of its stop signal`, got };
}
