import { explainEcr } from '../host/aws/ecr-refusals.ts';
import { withEcrRates } from '../host/aws/ecr-send.ts';
import type { ProcessRunner } from '../host/process.ts';
import { createRegistrySend } from '../host/registry-send.ts';
import { createRegistryClient, type RegistryClient, type Send } from '../oci/index.ts';
import { openCredentials, type CredentialRequest, type OpenedCredentials } from './open-credentials.ts';

export interface OpenedRegistries extends Pick<OpenedCredentials, 'childrenOf'> {
  /** For any registry. */
  readonly client: RegistryClient;
  readonly send: Send;
}

/** Registries of images, with what this machine logs in with, and as their kind wants to be asked. */
export function openRegistries(
  request: CredentialRequest,
  processes: ProcessRunner,
  closing: AsyncDisposableStack,
): OpenedRegistries {
  const { environment, signal } = request;
  const sending = createRegistrySend(environment);
  closing.defer(sending.close);
  const send = withEcrRates(sending.send);
  const { credentials, childrenOf } = openCredentials(request, processes, closing);
  return {
    client: createRegistryClient({ send, credentials, explain: explainEcr, signal }),
    send,
    childrenOf,
  };
}
