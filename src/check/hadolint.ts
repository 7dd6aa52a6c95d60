import { z } from 'zod';
import type { CheckFinding } from '../model/index.ts';
import { FactoryError } from '../model/index.ts';

/** What hadolint is asked. Its exit code says nothing: whether findings matter is decided on all of them together. */
export function hadolintArgs(config: string, files: readonly string[]): readonly string[] {
  return ['--no-fail', '--no-color', '--format', 'json', '--config', config, '--', ...files];
}

/** What it wrote. */
export interface HadolintText {
  readonly stdout: string;
  readonly stderr: string;
}

/** The fields we need; hadolint has more. */
const HadolintOutput = z.array(
  z.object({
    code: z.string(),
    file: z.string(),
    level: z.enum(['error', 'warning', 'info', 'style']),
    line: z.int(),
    message: z.string(),
  }),
);

/** hadolint goes on without a configuration it cannot read, and only says so: that would change what it finds. */
const CONFIG_NOT_READ = 'Error parsing your config file';

export function parseHadolintOutput({ stdout, stderr }: HadolintText): readonly CheckFinding[] {
  if (stderr.includes(CONFIG_NOT_READ)) {
    throw new FactoryError('TOOL_FAILED', 'cannot use hadolint: it does not understand its configuration', {
      hint: 'correct .hadolint.yaml: "ignored", "override" and "trustedRegistries" hold lists',
    });
  }
  return readOutput(stdout).map(({ code, file, level, line, message }) => ({
    tool: 'hadolint',
    rule: code,
    level: level === 'style' ? 'info' : level,
    file,
    line: Math.max(1, line),
    message: message.replaceAll(/\s*\n\s*/g, ', '),
    help: hadolintHelp(code),
  }));
}

function readOutput(stdout: string): z.output<typeof HadolintOutput> {
  try {
    return HadolintOutput.parse(JSON.parse(stdout));
  } catch (cause) {
    throw new FactoryError(
      'TOOL_FAILED',
      'cannot read the output of hadolint: expected its list of findings',
      {
        hint: 'ingot knows hadolint 2.x: check which one is on PATH',
        cause,
      },
    );
  }
}

/** Where a rule is explained: its own by hadolint, what it has from ShellCheck by that. */
export function hadolintHelp(code: string): string {
  return code.startsWith('SC')
    ? `https://www.shellcheck.net/wiki/${code}`
    : `https://github.com/hadolint/hadolint/wiki/${code}`;
}
