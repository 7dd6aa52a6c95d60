import pLimit from 'p-limit';
import {
  explainError,
  FactoryError,
  isInEcr,
  mapInPool,
  type EcrStatus,
  type ImageStatus,
  type Target,
} from '../model/index.ts';
import { ECR_REPOSITORIES } from './commands/ecr-plan.ts';
import type { CommandContext } from './context.ts';

/** With what ECR knows of what is published, where the target is there. That it cannot be asked hides nothing else. */
export async function withEcrStatuses(
  statuses: readonly ImageStatus[],
  target: Target,
  context: Pick<CommandContext, 'environment' | 'cwd' | 'startedAt' | 'signal' | 'emit' | 'openers'>,
): Promise<readonly ImageStatus[]> {
  if (!isInEcr(target)) {
    return statuses;
  }
  const { readEcrStatus } = await import('../ecr/index.ts');
  const { account, region } = target.ecr;
  using view = await context.openers.openEcrView({ ...context, account, region });
  return await mapInPool(pLimit(ECR_REPOSITORIES), statuses, async (status): Promise<ImageStatus> => {
    const { ref, copies = [] } = status;
    return ref === undefined
      ? status
      : { ...status, ecr: await orUnknown(() => readEcrStatus({ ref, copies }, view), context.signal) };
  });
}

async function orUnknown(read: () => Promise<EcrStatus>, signal: AbortSignal): Promise<EcrStatus> {
  try {
    return await read();
  } catch (error) {
    const failure = explainError(error, signal);
    if (failure instanceof FactoryError && failure.code !== 'CANCELLED') {
      return { kind: 'unknown', reason: failure.message };
    }
    throw failure;
  }
}
