import { regionOfHost, repositoryArn, type FactoryError } from '../../model/index.ts';
import { registryError, type RegistryRefusal } from '../../oci/index.ts';
import { denialOf } from './denial.ts';
import { ecrCallOf, type EcrCall } from './ecr-requests.ts';

/** What a registry of ECR means by an answer; undefined where it means what any registry would. */
export function explainEcr(refusal: RegistryRefusal): FactoryError | undefined {
  const region = regionOfHost(refusal.registry);
  const call = ecrCallOf(refusal);
  // whoever may not delete does without: nothing is to be done about it
  if (region === undefined || call === undefined || refusal.method === 'DELETE') {
    return undefined;
  }
  return refusal.status === 403 ? denied(refusal, call, region) : missing(refusal, call);
}

function denied(
  { doing, registry, errors }: RegistryRefusal,
  { action, repository }: EcrCall,
  region: string,
): FactoryError {
  const [account = ''] = registry.split('.', 1);
  const resource = repositoryArn({ account, region }, repository);
  const { reason, hint } = denialOf(errors[0]?.message ?? '', { action, resource });
  return registryError({ code: 'AWS_DENIED', doing, reason, hint });
}

/** Who reads finds nothing in a repository that is not there. */
function missing(
  { method, doing, errors }: RegistryRefusal,
  { repository }: EcrCall,
): FactoryError | undefined {
  const isWrite = method === 'POST' || method === 'PUT';
  if (!isWrite || !errors.some(({ code }) => code === 'NAME_UNKNOWN')) {
    return undefined;
  }
  return missingRepositories([repository], doing);
}

export function missingRepositories(names: readonly string[], doing: string): FactoryError {
  const list = names.map((name) => `"${name}"`).join(', ');
  return registryError({
    code: 'REPOSITORY_MISSING',
    doing,
    reason: `ECR has no repository ${list}, and makes none by itself`,
    hint: '`ingot ecr plan` shows what is missing, and `ingot ecr apply` makes it',
  });
}
