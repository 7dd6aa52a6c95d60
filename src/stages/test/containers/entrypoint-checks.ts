import type { CheckResult } from '../../../model/index.ts';
import type { CommandResult } from '../structure/index.ts';
import type { ExampleSettings } from './example-checks.ts';
import type { ContainerRunner } from './runner.ts';

/** No image has it: each interpreter says so and fails with an exit code of its own. */
const MISSING_PROGRAM = '/example/there-is-no-such-program';

/** tini(1): options, then `--`, then the program. */
function programUnderTini(entrypoint: readonly string[]): readonly string[] | undefined {
  const [init = ''] = entrypoint;
  const end = entrypoint.indexOf('--');
  return /(^|\/)tini$/.test(init) && end !== -1 ? entrypoint.slice(end + 1) : undefined;
}

/** An interpreter under tini ends the container as it would end without it. */
export async function checkExitCode(
  entrypoint: readonly string[],
  settings: ExampleSettings,
  runner: ContainerRunner,
): Promise<readonly CheckResult[]> {
  const program = programUnderTini(entrypoint);
  if (program === undefined) {
    return [];
  }
  const { platform, stopGraceMs: _stopGraceMs, ...run } = settings;
  const failing = { ...run, command: [MISSING_PROGRAM], environment: {} };
  const alone = await runner.runToEnd({ ...failing, entrypoint: program });
  const shipped = await runner.runToEnd(failing);
  if (alone.exitCode !== 0 && shipped.exitCode === alone.exitCode) {
    return [{ kind: 'passed', check: 'passes-exit-code', platform }];
  }
  return [
    {
      kind: 'failed',
      check: 'passes-exit-code',
      platform,
      expected: `${program.join(' ')} fails to run ${MISSING_PROGRAM}, and the container ends with its exit code`,
      got: `${describe(alone)} alone, ${describe(shipped)} as shipped`,
    },
  ];
}

function describe({ exitCode, stderr }: CommandResult): string {
  return `exit code ${exitCode} and ${JSON.stringify(stderr)}`;
}
