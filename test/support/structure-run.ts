import { problemText } from '../../src/model/index.ts';
import { parseStructureTest, runStructureTest } from '../../src/stages/test/structure/index.ts';
import type { CommandResult, CommandRun, RunCommand } from '../../src/stages/test/structure/index.ts';
import { subjectWith } from './golden-image.ts';
import type { LayerFile } from './layout.ts';

export interface Outcome {
  /** `name: passed` or `name: expected → got`. */
  readonly results: readonly string[];
  readonly runs: readonly CommandRun[];
  /** Whether runs kept files for each other. */
  readonly keptFiles: boolean;
}

interface Image {
  readonly add?: readonly LayerFile[];
  readonly config?: object;
  readonly optionVariables?: Readonly<Record<string, string>>;
  /** Answers by the program's name. */
  readonly answers?: Readonly<Record<string, Partial<CommandResult>>>;
}

/** Runs a structure test on the golden image; commands answer as they are told to. */
export async function runYaml(yaml: string, image: Image = {}): Promise<Outcome> {
  const text = yaml.includes('schemaVersion') ? yaml : `schemaVersion: 2.0.0\n${yaml}`;
  const parsed = parseStructureTest({ file: 'structure-test.yaml', text }, '3.13');
  if (parsed.kind === 'invalid') {
    throw new Error(parsed.problems.map(problemText).join('\n'));
  }
  const runs: CommandRun[] = [];
  let keptFiles = false;
  const runCommand: RunCommand = async (command) => {
    runs.push(command);
    const answer = image.answers?.[command.command[0] ?? ''];
    return { stdout: '', stderr: '', exitCode: 0, ...answer };
  };
  const results = await runStructureTest(parsed.test, {
    ...(await subjectWith({ add: image.add ?? [], config: image.config ?? {} })),
    optionVariables: image.optionVariables ?? {},
    runCommand,
    withKeptFiles: (use) => {
      keptFiles = true;
      return use(runCommand);
    },
  });
  return {
    runs,
    keptFiles,
    results: results.map((result) =>
      result.kind === 'passed'
        ? `${result.check}: passed`
        : `${result.check}: ${result.expected} → ${result.got}`,
    ),
  };
}
