import { missingRepositories } from '../host/aws/ecr-refusals.ts';
import { FactoryError, isInEcr, once, repositoryArn, type EcrTarget } from '../model/index.ts';
import { parseRepository } from '../oci/index.ts';
import type { RunDeps } from '../pipeline/index.ts';
import type { FactoryRequest } from './factory.ts';
import { openEcr } from './open-ecr.ts';

/** ECR makes no repository by itself, and an hour's work would have no place to go. Undefined for any other registry. */
export function openRepositoryCheck({ target, ...request }: FactoryRequest): RunDeps['assertRepositories'] {
  if (!isInEcr(target)) {
    return undefined;
  }
  const listed = once(() => listArns(target, request));
  return async (repositories) => {
    const known = await listed();
    const missing = repositories
      .map((repository) => parseRepository(repository).name)
      .filter((name) => known?.has(repositoryArn(target.ecr, name)) === false);
    if (missing.length > 0) {
      throw missingRepositories(missing, 'make an image that is published there');
    }
  };
}

/** Undefined where it cannot be known: pushing then tells what is wrong. */
async function listArns(
  { ecr: { region } }: EcrTarget,
  request: Omit<FactoryRequest, 'target'>,
): Promise<ReadonlySet<string> | undefined> {
  const registry = openEcr({ ...request, region });
  try {
    return new Set((await registry.listRepositories()).map(({ arn }) => arn));
  } catch (error) {
    if (error instanceof FactoryError && !request.signal.aborted) {
      return undefined;
    }
    throw error;
  } finally {
    registry.close();
  }
}
