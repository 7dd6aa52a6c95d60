import { partitionOf, regionOfHost, type FactoryError } from '../../model/index.ts';
import { registryError, type RegistryRefusal } from '../../oci/index.ts';
import { denialOf } from './aws-error.ts';
import { ecrCallOf } from './ecr-requests.ts';

/** What a registry of ECR means by an answer; undefined where it means what any registry would. */
export function explainEcr(refusal: RegistryRefusal): FactoryError | undefined {
  const region = regionOfHost(refusal.registry);
  const call = ecrCallOf(refusal);
  // whoever may not delete does without: nothing is to be done about it
  if (region === undefined || call === undefined || refusal.method === 'DELETE') {
    return undefined;
  }
  const { status, method, doing, registry, errors } = refusal;
  if (status === 403) {
    const [account = ''] = registry.split('.', 1);
    const resource = `arn:${partitionOf(region)}:ecr:${region}:${account}:repository/${call.repository}`;
    const action = `ecr:${call.operation}`;
    const { reason, hint } = denialOf(errors[0]?.message ?? '', { action, resource });
    return registryError({ code: 'AWS_DENIED', doing, reason, hint });
  }
  const isWrite = method === 'POST' || method === 'PUT';
  if (isWrite && errors.some(({ code }) => code === 'NAME_UNKNOWN')) {
    return registryError({
      code: 'REPOSITORY_MISSING',
      doing,
      reason: `ECR has no repository "${call.repository}", and makes none by itself`,
      hint: '`ingot ecr plan` shows what is missing, and `ingot ecr apply` makes it',
    });
  }
  return undefined;
}
