import { Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext } from '../context.ts';
import { jsonOption } from '../options.ts';
import { policyInput } from '../policy-input.ts';

type Context = Readonly<Record<string, readonly string[]>>;

interface EcrExplainFlags {
  readonly target?: string;
  readonly endpoint?: true;
  readonly context?: Context;
  readonly json?: true;
}

export function ecrExplainCommand(context: CommandContext): Command {
  return new Command('explain')
    .description('say whether the policies let somebody do something, and which statement decides')
    .argument('<principal>', "ARN of a role, a session of one, a user or an account's root")
    .argument('<action>', 'such as ecr:BatchGetImage')
    .argument('<resource>', 'ARN, the name of a repository, or * where the action has no resource')
    .addOption(new Option('--endpoint', 'through the VPC endpoint'))
    .addOption(contextOption())
    .addOption(new Option('--target <name>', 'of kind "ecr"; default: the only one'))
    .addOption(jsonOption())
    .action((...argv: readonly unknown[]) => {
      const [principal, action, resource, flags] = argv as [string, string, string, EcrExplainFlags];
      return ecrExplain({ principal, action, resource }, flags, context);
    });
}

async function ecrExplain(
  asked: { readonly principal: string; readonly action: string; readonly resource: string },
  flags: EcrExplainFlags,
  context: CommandContext,
): Promise<void> {
  const { accessText, explainAccess } = await import('../../ecr/index.ts');
  const input = policyInput(await context.openCatalog(), flags.target);
  const explanation = explainAccess(
    { ...asked, viaEndpoint: flags.endpoint === true, ...(flags.context && { context: flags.context }) },
    input,
  );
  context.stdout.write(`${flags.json ? JSON.stringify(explanation) : accessText(explanation)}\n`);
}

function contextOption(): Option {
  return new Option(
    '--context <key=value>',
    'condition key of the call, such as aws:ResourceOrgID=o-a1b2c3d4e5 (may be repeated)',
  ).argParser(addContext);
}

function addContext(text: string, before: Context = {}): Context {
  const { key, value } = /^(?<key>[^=]+)=(?<value>.+)$/.exec(text)?.groups ?? {};
  if (key === undefined || value === undefined) {
    throw new InvalidArgumentError(`expected key=value, got "${text}"`);
  }
  return { ...before, [key]: [...(before[key] ?? []), value] };
}
