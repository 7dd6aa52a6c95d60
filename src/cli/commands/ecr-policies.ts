import path from 'node:path';
import { Command, Option } from 'commander';
import type { PolicyInput } from '../../ecr/index.ts';
import { writeWhole } from '../../files/index.ts';
import type { CommandContext } from '../context.ts';
import { jsonOption } from '../options.ts';
import { policyInput } from '../policy-input.ts';

const FORMATS = ['json', 'terraform'] as const;

interface EcrPoliciesFlags {
  readonly target?: string;
  readonly format: (typeof FORMATS)[number];
  readonly output?: string;
  readonly json?: true;
}

export function ecrPoliciesCommand(context: CommandContext): Command {
  return new Command('policies')
    .description(
      'write the policies of teams, factory, registry, key and VPC endpoints: docs/ecr-policies.md',
    )
    .addOption(new Option('--target <name>', 'of kind "ecr"; default: the only one'))
    .addOption(
      new Option('--format <format>', 'policies, or modules of Terraform').choices(FORMATS).default('json'),
    )
    .addOption(new Option('--output <folder>', 'write files there; default: all of them as one JSON object'))
    .addOption(jsonOption())
    .action((flags: EcrPoliciesFlags) => ecrPolicies(flags, context));
}

async function ecrPolicies(flags: EcrPoliciesFlags, context: CommandContext): Promise<void> {
  const files = await filesOf(policyInput(await context.openCatalog(), flags.target), flags.format);
  if (flags.output === undefined) {
    context.stdout.write(`${JSON.stringify(files, null, 2)}\n`);
    return;
  }
  const folder = path.resolve(context.cwd, flags.output);
  for (const [name, content] of Object.entries(files)) {
    await writeWhole(path.join(folder, name), `${JSON.stringify(content, null, 2)}\n`);
  }
  const names = Object.keys(files);
  context.stdout.write(
    flags.json
      ? `${JSON.stringify({ files: names })}\n`
      : `${names.map((name) => path.join(flags.output ?? '', name)).join('\n')}\n`,
  );
}

async function filesOf(
  input: PolicyInput,
  format: EcrPoliciesFlags['format'],
): Promise<Record<string, object>> {
  const { terraformFiles, writtenPolicies } = await import('../../ecr/index.ts');
  const policies = writtenPolicies(input);
  const files: readonly (readonly [string, object])[] =
    format === 'json'
      ? policies.map(({ name, document }) => [name, document])
      : terraformFiles(input, policies).map(({ name, content }) => [name, content]);
  return Object.fromEntries(files);
}
