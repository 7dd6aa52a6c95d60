import { regionOfHost, repositoryArn, type FactoryError } from '../../model/index.ts';
import { registryError, type RegistryRefusal } from '../../oci/index.ts';
import { denialOf } from './denial.ts';
import { ecrCallOf, type EcrCall } from './ecr-requests.ts';

/** "Your authorization token has expired. Reauthenticate and try again.", with status 403. */
const LOGIN_IS_OVER = /authorization token has expired/i;

/** What a registry of ECR means by an answer; undefined where it means what any registry would. */
export function explainEcr(refusal: RegistryRefusal): FactoryError | undefined {
  const region = regionOfHost(refusal.registry);
  const call = ecrCallOf(refusal);
  // whoever may not delete does without: nothing is to be done about it
  if (region === undefined || call === undefined || refusal.method === 'DELETE') {
    return undefined;
  }
  if (refusal.errors.some(({ message = '' }) => LOGIN_IS_OVER.test(message))) {
    return expired(refusal, region);
  }
  return refusal.status === 403 ? denied(refusal, call, region) : missing(refusal, call);
}

/** A login of Docker's: one of ingot's own is renewed before. */
function expired({ doing, registry }: RegistryRefusal, region: string): FactoryError {
  return registryError({
    code: 'AWS_CREDENTIALS',
    doing,
    reason: `the login to ${registry} has expired`,
    hint: `log in anew: aws ecr get-login-password --region ${region} | docker login --username AWS --password-stdin ${registry}; or \`docker logout ${registry}\`: AWS's credentials are used then`,
  });
}

function denied(
  { method, doing, registry, errors }: RegistryRefusal,
  { action, repository }: EcrCall,
  region: string,
): FactoryError {
  const [account = ''] = registry.split('.', 1);
  const resource = repositoryArn({ account, region }, repository);
  const { reason, hint } = denialOf(errors[0]?.message ?? '', { action, resource });
  // an answer to HEAD has no words
  const doubt = method === 'HEAD' ? ', or their login has expired' : '';
  return registryError({ code: 'AWS_DENIED', doing, reason: `${reason}${doubt}`, hint });
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
