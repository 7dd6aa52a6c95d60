import { createEcrImages, type EcrImages } from '../host/aws/ecr-images.ts';
import { listContainers, type RunningContainer } from '../host/kubernetes.ts';
import { homeFolder } from '../host/paths.ts';
import { createProcessRunner } from '../host/process.ts';
import { readProxySettings } from '../host/proxy-settings.ts';
import { createCredentialSource } from '../host/registry-credentials.ts';
import { createRegistrySend } from '../host/registry-send.ts';
import { createRegistryClient, type RegistryClient } from '../oci/index.ts';
import type { EcrRequest } from './open-ecr.ts';
import { childEnvironment } from './open-network.ts';

/** What a preview of lifecycle rules looks at. */
export interface LifecycleAccess extends AsyncDisposable {
  readonly images: EcrImages;
  /** Any, for manifests of what runs. */
  readonly registry: RegistryClient;
  /** Of a context of Kubernetes. */
  containersOf(context: string): Promise<readonly RunningContainer[]>;
}

export async function openLifecycle(request: EcrRequest): Promise<LifecycleAccess> {
  const { region, environment, signal } = request;
  const home = homeFolder(environment);
  const images = createEcrImages({ region, proxies: readProxySettings(environment), signal });
  const { send, close } = createRegistrySend(environment);
  const processes = createProcessRunner(await childEnvironment(request));
  const credentials = createCredentialSource({ environment, home, processes, signal });
  return {
    images,
    registry: createRegistryClient({ send, credentials, signal }),
    containersOf: (context) => listContainers(context, { environment, home, signal }),
    [Symbol.asyncDispose]: async () => {
      images.close();
      await close();
    },
  };
}
