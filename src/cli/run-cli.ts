import { Command, CommanderError } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import { explainError } from '../model/index.ts';
import { failureText, noticeReporter } from '../report/index.ts';
import { checkCommand } from './commands/check.ts';
import { decideCommand } from './commands/decide.ts';
import { diffCommand } from './commands/diff.ts';
import { ecrCommand } from './commands/ecr.ts';
import { initCommand } from './commands/init.ts';
import { localCommand } from './commands/local.ts';
import { lockCommand } from './commands/lock.ts';
import { nightlyCommand } from './commands/nightly.ts';
import { planCommand } from './commands/plan.ts';
import { reproduceCommand } from './commands/reproduce.ts';
import { rollbackCommand } from './commands/rollback.ts';
import { scanCommand } from './commands/scan.ts';
import { scheduleCommand } from './commands/schedule.ts';
import { showCommand } from './commands/show.ts';
import { statusCommand } from './commands/status.ts';
import { verifyCommand } from './commands/verify.ts';
import type { CommandContext } from './context.ts';
import type { Surroundings } from './surroundings.ts';
import type { ExitCode } from './exit-code.ts';
import { EXIT, exitCodeOfError } from './exit-code.ts';
import type { Openers } from './factory.ts';
import { catalogFolder, holdsCatalog, openCatalog } from './open-catalog.ts';

const EXIT_CODES = `
Exit codes:
  0  released or unchanged     2  command line or catalog wrong     70  a bug
  1  newly blocked             3  an operation failed              130  cancelled`;

/** Runs one command line, without node and script name, and tells what to exit with. Never throws. */
export async function runCli(
  argv: readonly string[],
  surroundings: Surroundings,
  openers: Openers,
): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = new Command('ingot');
  const { emit } = noticeReporter(surroundings.stderr);
  const context: CommandContext = {
    ...surroundings,
    openers,
    emit,
    openCatalog: () =>
      openCatalog(catalogFolder(program.opts<{ catalog?: string }>().catalog, surroundings.cwd), {
        ...surroundings,
        emit,
      }),
    hasCatalog: () =>
      program.opts<{ catalog?: string }>().catalog !== undefined || holdsCatalog(surroundings.cwd),
    setExitCode: (code) => {
      exitCode = code;
    },
  };
  addCommands(program, context);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return tellFailure(explainError(error, surroundings.signal), surroundings.stderr);
  }
}

function addCommands(program: Command, context: CommandContext): void {
  program
    .description(packageFile.description)
    .version(packageFile.version)
    .option(
      '--catalog <folder>',
      'folder of catalog.json (default: this one, if it has one, else the one ingot came with)',
    )
    .addCommand(nightlyCommand(context))
    .addCommand(planCommand(context))
    .addCommand(scheduleCommand(context))
    .addCommand(statusCommand(context))
    .addCommand(scanCommand(context))
    .addCommand(rollbackCommand(context))
    .addCommand(reproduceCommand(context))
    .addCommand(verifyCommand(context))
    .addCommand(lockCommand(context))
    .addCommand(showCommand(context))
    .addCommand(diffCommand(context))
    .addCommand(decideCommand(context))
    .addCommand(checkCommand(context))
    .addCommand(ecrCommand(context))
    .addCommand(initCommand(context))
    .addCommand(localCommand(context))
    .addHelpText('after', EXIT_CODES);
  for (const command of withSubcommands(program)) {
    command
      .exitOverride()
      .configureOutput({
        writeOut: (text) => context.stdout.write(text),
        writeErr: (text) => context.stderr.write(text.replace(/^error: /, 'ingot: ')),
      })
      .showHelpAfterError(`(${fullName(command)} --help says more)`);
  }
}

/** `ingot local load` */
function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

/** Commander has told its own errors already, and ends help and version with one of code 0. */
function tellFailure(error: unknown, stderr: NodeJS.WriteStream): ExitCode {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  stderr.write(`${failureText(error)}\n`);
  return exitCodeOfError(error);
}
