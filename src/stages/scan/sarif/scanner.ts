import {
  FactoryError,
  type Finding,
  type Platform,
  type ScannerCommand,
  type ScannerResult,
} from '../../../model/index.ts';
import { referenceText } from '../../../oci/index.ts';
import { findProgram, inheriting, runProgram, type Programs } from '../programs/programs.ts';
import { describedImage, joinPlatforms } from '../programs/sbom-files.ts';
import { readAnswer } from '../read-answer.ts';
import type { Scanner, ScanSubject } from '../scanner.ts';
import { knowingStatus } from '../status.ts';
import { problemsOf, SarifLog } from './log.ts';
import { readProblem } from './read-problem.ts';

/** Most scanners end with 1 where they found something. */
const FOUND_SOMETHING = [1];
const OUTPUT = 'result.sarif';
/** Of a result that names no package: it must not get lost. */
const UNNAMED = 'unnamed';

/** A program of the catalog's own that writes SARIF 2.1.0, to stdout or to the file `{output}`. */
export function createSarifScanner(command: ScannerCommand, programs: Programs, now: Date): Scanner {
  return {
    name: command.name,
    ...(command.command.some((argument) => argument.includes('{image}')) && { looksIn: 'registry' }),
    scan: async (subject) => {
      const logs = await runAll(command, subject, programs);
      const findings = joinPlatforms(
        logs.flatMap(({ log, platforms }) => findingsOf(log, { platforms, subject, command })),
      );
      const driver = logs[0]?.log.runs[0]?.tool.driver;
      return {
        tool: command.name,
        toolVersion: driver?.semanticVersion ?? driver?.version ?? '',
        status: knowingStatus({ stale: false }, findings),
        feed: driver?.name ?? '',
        // SARIF does not say how old the knowledge is: it was asked now
        feedDate: now.toISOString(),
        findings,
      } satisfies ScannerResult;
    },
  };
}

interface FilledCommand {
  readonly argv: readonly string[];
  readonly platforms: readonly Platform[];
}

interface ReadLog extends Pick<FilledCommand, 'platforms'> {
  readonly log: SarifLog;
}

/** Once for each platform where it reads an SBOM, else once for the image. */
async function runAll(
  command: ScannerCommand,
  subject: ScanSubject,
  programs: Programs,
): Promise<readonly ReadLog[]> {
  const [name = '', ...rest] = command.command;
  const program = name.includes('/') ? name : await findProgram(name, programs);
  const output = await programs.files.place(OUTPUT);
  const logs: ReadLog[] = [];
  for (const { argv, platforms } of await filledCommands([program, ...rest], { output, subject, programs })) {
    const log = await runOne(argv, { command, output }, programs);
    logs.push({ log, platforms });
  }
  return logs;
}

async function runOne(
  argv: readonly string[],
  { command, output }: { readonly command: ScannerCommand; readonly output: string },
  programs: Programs,
): Promise<SarifLog> {
  const { stdout } = await runProgram(
    argv,
    {
      timeoutMs: command.timeoutSeconds * 1000,
      inherits: inheriting((variable) => command.environment.includes(variable)),
      accepts: FOUND_SOMETHING,
    },
    programs,
  );
  const written = argv.some((argument) => argument.includes(output))
    ? await programs.files.read(output)
    : stdout;
  const log = readAnswer(written ?? '', SarifLog, `the SARIF of ${command.name}`);
  const failed = log.runs.some(({ invocations }) => invocations?.some((each) => !each.executionSuccessful));
  if (failed) {
    // SARIF 3.20.14
    throw new FactoryError('TOOL_FAILED', `cannot scan with ${command.name}: it says that its scan failed`);
  }
  return log;
}

async function filledCommands(
  argv: readonly string[],
  {
    output,
    subject,
    programs,
  }: { readonly output: string; readonly subject: ScanSubject; readonly programs: Programs },
): Promise<readonly FilledCommand[]> {
  const given = {
    output,
    layout: subject.layoutDir,
    image: subject.ref === undefined ? undefined : referenceText(subject.ref),
  };
  if (!argv.some((argument) => argument.includes('{sbom}'))) {
    const platforms = subject.platforms.map(({ platform }) => platform);
    return [{ argv: argv.map((argument) => filled(argument, given)), platforms }];
  }
  const described = await describedImage(subject, programs.files);
  return described.map(({ platform, file }) => ({
    argv: argv.map((argument) => filled(argument, { ...given, sbom: file })),
    platforms: [platform],
  }));
}

const WHY_MISSING: Readonly<Record<string, string>> = {
  layout: 'the image is only in its registry',
  image: 'the image is in no registry yet',
};

function filled(argument: string, given: Readonly<Record<string, string | undefined>>): string {
  return argument.replaceAll(/\{([a-z]+)\}/g, (_, placeholder: string) => {
    const value = given[placeholder];
    if (value === undefined) {
      const reason = WHY_MISSING[placeholder] ?? 'it is not known';
      throw new FactoryError('TOOL_FAILED', `cannot fill in {${placeholder}}: ${reason}`);
    }
    return value;
  });
}

interface ReadFor {
  readonly platforms: readonly Platform[];
  readonly subject: ScanSubject;
  readonly command: ScannerCommand;
}

function findingsOf(log: SarifLog, { platforms, subject, command }: ReadFor): readonly Finding[] {
  const packages = new Map(
    subject.platforms.flatMap((one) => one.packages.map((item) => [item.name, item] as const)),
  );
  return problemsOf(log)
    .map(readProblem)
    .map(({ id, aliases, package: name, version, fixed, severity }) => ({
      id,
      aliases,
      package: name || UNNAMED,
      source: packages.get(name)?.source.name ?? (name || UNNAMED),
      installed: version || (packages.get(name)?.version ?? ''),
      ...(fixed !== undefined && { fixed }),
      severity,
      ...(severity !== 'unknown' && { severityFrom: command.name }),
      platforms,
    }));
}
