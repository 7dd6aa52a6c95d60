import { Command, Option } from 'commander';
import type { CommandContext } from '../context.ts';
import { jsonOption } from '../options.ts';
import { policyInput } from '../policy-input.ts';

interface EcrExplainFlags {
  readonly target?: string;
  readonly endpoint?: true;
  readonly json?: true;
}

export function ecrExplainCommand(context: CommandContext): Command {
  return new Command('explain')
    .description('say whether the policies let somebody do something, and which statement decides')
    .argument('<principal>', "ARN of a role, a session of one, a user or an account's root")
    .argument('<action>', 'such as ecr:BatchGetImage')
    .argument('<resource>', 'ARN, the name of a repository, or * where the action has no resource')
    .addOption(new Option('--endpoint', 'through the VPC endpoint'))
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
  const explanation = explainAccess({ ...asked, viaEndpoint: flags.endpoint === true }, input);
  context.stdout.write(`${flags.json ? JSON.stringify(explanation) : accessText(explanation)}\n`);
}
