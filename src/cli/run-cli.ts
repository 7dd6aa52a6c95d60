import { Command, CommanderError } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import { FactoryError } from '../model/index.ts';
import { failureText, plainReporter } from '../report/index.ts';
import { localCommand } from './commands/local.ts';
import { lockCommand } from './commands/lock.ts';
import { nightlyCommand } from './commands/nightly.ts';
import { planCommand } from './commands/plan.ts';
import { statusCommand } from './commands/status.ts';
import type { CommandContext, Surroundings } from './context.ts';
import type { ExitCode } from './exit-code.ts';
import { EXIT, exitCodeOfError } from './exit-code.ts';
import type { Openers } from './factory.ts';
import { catalogFolder, openCatalog } from './open-catalog.ts';

/** Runs one command line, without node and script name, and tells what to exit with. Never throws. */
export async function runCli(
  argv: readonly string[],
  surroundings: Surroundings,
  openers: Openers,
): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = new Command('ingot');
  const context: CommandContext = {
    ...surroundings,
    openers,
    emit: plainReporter(surroundings.stderr).emit,
    openCatalog: () =>
      openCatalog(
        catalogFolder(program.opts<{ catalog?: string }>().catalog, surroundings.cwd),
        surroundings.startedAt,
      ),
    setExitCode: (code) => {
      exitCode = code;
    },
  };
  addCommands(program, context);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return tellFailure(surroundings.signal.aborted ? cancelled(error) : error, surroundings.stderr);
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
    .addCommand(statusCommand(context))
    .addCommand(lockCommand(context))
    .addCommand(localCommand(context));
  for (const command of withSubcommands(program)) {
    command
      .exitOverride()
      .configureOutput({
        writeOut: (text) => context.stdout.write(text),
        writeErr: (text) => context.stderr.write(text.replace(/^error: /, 'ingot: ')),
      })
      .showHelpAfterError(`(ingot ${command === program ? '' : `${command.name()} `}--help says more)`);
  }
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

/** Whatever was under way has broken off because of it, each in its own words. */
function cancelled(cause: unknown): FactoryError {
  return new FactoryError('CANCELLED', 'cannot finish: the run was cancelled', {
    hint: 'run again: it goes on where this run stopped',
    cause,
  });
}

/** Commander has told its own errors already, and ends help and version with one of code 0. */
function tellFailure(error: unknown, stderr: NodeJS.WriteStream): ExitCode {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  stderr.write(`${failureText(error)}\n`);
  return exitCodeOfError(error);
}
