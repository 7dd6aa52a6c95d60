import { Command, Option } from 'commander';
import { DRIFT_CHANGES, VEX_JUSTIFICATIONS, WAIVER_STATUSES } from '../../model/index.ts';
import type { CommandContext } from '../context.ts';
import { jsonOption } from '../options.ts';
import type { DecisionFields } from '../write-decision.ts';

interface DecideFlags {
  readonly target?: string;
  readonly owner?: string;
  readonly reason?: string;
  readonly expires?: string;
  readonly package?: string;
  readonly status?: string;
  readonly justification?: string;
  readonly impact?: string;
  readonly action?: string;
  readonly absentFile?: readonly string[];
  readonly json?: true;
}

/** What stands behind the kind on the command line, and what of it is written. */
interface KindCommand {
  readonly kind: string;
  readonly description: string;
  readonly args: readonly { readonly name: string; readonly help: string }[];
  readonly options?: readonly Option[];
}

function collected(value: string, previous?: readonly string[]): readonly string[] {
  return [...(previous ?? []), value];
}

const WAIVE_OPTIONS: readonly Option[] = [
  new Option('--package <name>', 'binary or source package that has it'),
  new Option('--status <status>', 'what every scanner is told').choices([...WAIVER_STATUSES]),
  new Option('--justification <why>', 'with not_affected').choices([...VEX_JUSTIFICATIONS]),
  new Option('--impact <text>', 'with not_affected: in words, why it does no harm'),
  new Option('--action <text>', 'with affected: what whoever runs the image can do'),
  new Option(
    '--absent-file <path>',
    'with not_affected: file that no build may have; may be repeated',
  ).argParser(collected),
];

const KINDS: readonly KindCommand[] = [
  {
    kind: 'waive',
    description: 'let a finding block nothing, and tell every scanner why',
    args: [{ name: 'vulnerability', help: 'CVE, or another id that a scanner has for it' }],
    options: WAIVE_OPTIONS,
  },
  {
    kind: 'hold',
    description: 'keep a Debian package at a version',
    args: [
      { name: 'package', help: 'binary package, or source package for all that are built of it' },
      { name: 'version', help: 'with epoch and revision' },
    ],
  },
  { kind: 'freeze', description: 'release nothing new', args: [] },
  {
    kind: 'withdraw',
    description: 'never promote a release again',
    args: [{ name: 'release', help: 'digest of the index, or unique tag' }],
  },
  {
    kind: 'accept',
    description: 'accept what appeared or disappeared by itself',
    args: [
      { name: 'change', help: DRIFT_CHANGES.join(', ') },
      { name: 'subject', help: 'package, path or port; * for any characters' },
    ],
  },
  { kind: 'extend', description: 'release images past their end of life', args: [] },
];

export function decideCommand(context: CommandContext): Command {
  const decide = new Command('decide')
    .description('list the exceptions in decisions/, or write one')
    .addOption(jsonOption())
    .action(({ json }: { readonly json?: true }) => list(json, context));
  for (const kind of KINDS) {
    decide.addCommand(kindCommand(kind, context));
  }
  return decide;
}

function kindCommand(
  { kind, description, args, options = [] }: KindCommand,
  context: CommandContext,
): Command {
  const command = new Command(kind)
    .description(description)
    .option('--target <pattern>', 'ids of the images it is for, with * for any characters')
    .option('--owner <who>', "who answers for it (default: git's user.email)")
    .option('--reason <text>', 'why, for the reviewer')
    .option('--expires <date>', 'the last day it counts, 2027-01-31');
  args.forEach(({ name, help }) => command.argument(`<${name}>`, help));
  options.forEach((option) => command.addOption(option));
  return command.action((...given: readonly unknown[]) => {
    const values = given.slice(0, args.length).map(String);
    const named = Object.fromEntries(args.map(({ name }, index) => [name, values[index] ?? '']));
    // an option of both commands is given to the outer one
    return write({ kind, ...named }, command.optsWithGlobals<DecideFlags>(), context);
  });
}

async function write(
  named: { readonly kind: string },
  { json, absentFile, target, owner, reason, expires, ...flags }: DecideFlags,
  context: CommandContext,
): Promise<void> {
  const { writeDecision, writtenText } = await import('../write-decision.ts');
  const { package: name, status, justification, impact, action } = flags;
  const more = { package: name, status, justification, impact, action, 'absent-files': absentFile };
  const own = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined));
  const fields: DecisionFields = { ...named, ...own, target, owner, reason, expires };
  const written = await writeDecision(fields, context);
  context.stdout.write(`${json ? JSON.stringify(written) : writtenText(written)}\n`);
}

async function list(json: true | undefined, context: CommandContext): Promise<void> {
  const { decisionsText, listDecisions } = await import('../list-decisions.ts');
  const { decisions } = await context.openCatalog();
  const listed = listDecisions(decisions, context.startedAt);
  context.stdout.write(`${json ? JSON.stringify(listed) : decisionsText(listed)}\n`);
}
