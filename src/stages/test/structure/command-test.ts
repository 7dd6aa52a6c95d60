import { excludePatterns, expectPatterns, shown } from './expect.ts';
import type { Miss } from './expect.ts';
import type { CommandTest, StructureTest } from './schema.ts';
import { imageEnvironment, substitute } from './subject.ts';
import type { CommandResult, CommandRun, RunCommand, StructureSubject } from './subject.ts';

type CommandSubject = Pick<StructureSubject, 'config' | 'optionVariables' | 'runCommand' | 'withKeptFiles'>;

/** Everything one command test runs, in its order. */
interface CommandPlan {
  readonly setup: readonly CommandRun[];
  readonly main: CommandRun;
  readonly teardown: readonly CommandRun[];
}

/**
 * As container-structure-test does it: only the command itself has its variables filled in, and only it gets those of
 * the options, which win over the test's own. Setup and teardown are shell scripts more often than not.
 */
function planCommandTest(
  test: CommandTest,
  { config, optionVariables }: CommandSubject,
  globalEnvVars: StructureTest['globalEnvVars'],
): CommandPlan {
  const image = imageEnvironment(config);
  const environment = Object.fromEntries(
    [...globalEnvVars, ...test.envVars].map(({ key, value }) => [key, substitute(value, image)]),
  );
  const known = new Map([...image, ...Object.entries(environment)]);
  return {
    setup: test.setup.map((command) => ({ command, environment })),
    main: {
      command: test.command.map((word) => substitute(word, known)),
      environment: { ...environment, ...optionVariables },
    },
    teardown: test.teardown.map((command) => ({ command, environment })),
  };
}

/** Setup and teardown have to succeed; teardown runs whatever happened before it. */
export async function checkCommand(
  test: CommandTest,
  subject: CommandSubject,
  globalEnvVars: StructureTest['globalEnvVars'],
): Promise<readonly Miss[]> {
  const plan = planCommandTest(test, subject, globalEnvVars);
  if (plan.setup.length + plan.teardown.length === 0) {
    return judge(test, await subject.runCommand(plan.main));
  }
  return subject.withKeptFiles(async (run) => {
    const failedSetup = await runAll(plan.setup, run, 'setup');
    const misses = failedSetup.length > 0 ? failedSetup : judge(test, await run(plan.main));
    return [...misses, ...(await runAll(plan.teardown, run, 'teardown'))];
  });
}

async function runAll(
  runs: readonly CommandRun[],
  run: RunCommand,
  phase: 'setup' | 'teardown',
): Promise<readonly Miss[]> {
  for (const next of runs) {
    const { exitCode, stderr } = await run(next);
    if (exitCode !== 0) {
      const expected = `${phase} command "${next.command.join(' ')}" exits 0`;
      return [{ expected, got: `exit code ${exitCode}: ${stderr.trim()}` }];
    }
  }
  return [];
}

function judge(test: CommandTest, result: CommandResult): readonly Miss[] {
  return [
    ...judgeExit(test.exitCode, result),
    ...expectPatterns('stdout', result.stdout, test.expectedOutput),
    ...excludePatterns('stdout', result.stdout, test.excludedOutput),
    ...expectPatterns('stderr', result.stderr, test.expectedError),
    ...excludePatterns('stderr', result.stderr, test.excludedError),
  ];
}

/** What a program that failed says is on stderr. */
function judgeExit(expected: number, { exitCode, stderr }: CommandResult): readonly Miss[] {
  const got = `exit code ${exitCode}, on stderr ${shown(stderr)}`;
  return exitCode === expected ? [] : [{ expected: `exit code ${expected}`, got }];
}
