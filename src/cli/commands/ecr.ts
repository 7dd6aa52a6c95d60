import { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { ecrApplyCommand } from './ecr-apply.ts';
import { ecrExplainCommand } from './ecr-explain.ts';
import { ecrPlanCommand } from './ecr-plan.ts';
import { ecrPoliciesCommand } from './ecr-policies.ts';
import { ecrPreviewCommand } from './ecr-preview.ts';

export function ecrCommand(context: CommandContext): Command {
  return new Command('ecr')
    .description('keep the registry of an AWS account as the catalog says: docs/ecr.md')
    .addCommand(ecrPlanCommand(context))
    .addCommand(ecrApplyCommand(context))
    .addCommand(ecrPreviewCommand(context))
    .addCommand(ecrPoliciesCommand(context))
    .addCommand(ecrExplainCommand(context));
}
