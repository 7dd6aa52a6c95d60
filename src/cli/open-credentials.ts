import type { EcrLogins } from '../host/aws/ecr-logins.ts';
import { withLogins } from '../host/child-logins.ts';
import { homeFolder } from '../host/paths.ts';
import type { ProcessRunner } from '../host/process.ts';
import { readProxySettings } from '../host/proxy-settings.ts';
import { createCredentialSource } from '../host/registry-credentials.ts';
import { isInEcr, once, regionOfHost, type Target } from '../model/index.ts';
import type { CredentialSource } from '../oci/index.ts';
import type { LocalRequest } from './factory.ts';

export interface CredentialRequest extends Pick<LocalRequest, 'environment' | 'signal'> {
  readonly target?: Target;
}

export interface OpenedCredentials {
  readonly credentials: CredentialSource;
  /** For programs that log in to these registries by themselves. */
  readonly childrenOf: (registries: readonly string[]) => ProcessRunner;
}

/**
 * What this machine logs in to registries with: AWS's credentials where the target is in ECR, else Docker's
 * configuration, and AWS's again for another registry of ECR that it does not know.
 */
export function openCredentials(
  { environment, signal, target }: CredentialRequest,
  processes: ProcessRunner,
  closing: AsyncDisposableStack,
): OpenedCredentials {
  const docker = createCredentialSource({ environment, home: homeFolder(environment), processes, signal });
  const logins = once(async (): Promise<EcrLogins> => {
    const { createEcrLogins } = await import('../host/aws/ecr-logins.ts');
    const opened = createEcrLogins({ proxies: readProxySettings(environment), signal });
    closing.defer(() => {
      opened.close();
    });
    return opened;
  });
  async function byAws(...[registry, refused]: Parameters<CredentialSource>): ReturnType<CredentialSource> {
    const isTarget = target !== undefined && isInEcr(target) && target.registry === registry;
    const isAsked =
      isTarget || (regionOfHost(registry) !== undefined && (await docker(registry)) === undefined);
    return isAsked ? (await logins()).credentials(registry, refused) : undefined;
  }
  return {
    credentials: async (registry, refused) => (await byAws(registry, refused)) ?? docker(registry),
    childrenOf: (registries) => withLogins(processes, { registries, credentials: byAws }),
  };
}
