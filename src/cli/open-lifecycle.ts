import { createEcrImages, type EcrImages } from '../host/aws/ecr-images.ts';
import { listContainers, type RunningContainer } from '../host/kubernetes.ts';
import { homeFolder } from '../host/paths.ts';
import { readProxySettings } from '../host/proxy-settings.ts';
import { createRegistrySend } from '../host/registry-send.ts';
import type { EcrTarget } from '../model/index.ts';
import { createRegistryClient, type RegistryClient } from '../oci/index.ts';
import { openCredentials } from './open-credentials.ts';
import type { EcrRequest } from './open-ecr.ts';
import { openProcesses } from './open-network.ts';

/** What a preview of lifecycle rules looks at. */
export interface LifecycleAccess extends AsyncDisposable {
  readonly images: EcrImages;
  /** Any, for manifests of what runs. */
  readonly registry: RegistryClient;
  /** Of a context of Kubernetes. */
  containersOf(context: string): Promise<readonly RunningContainer[]>;
}

export interface LifecycleRequest extends EcrRequest {
  readonly target: EcrTarget;
}

export function openLifecycle(request: LifecycleRequest): LifecycleAccess {
  const closing = new AsyncDisposableStack();
  const { region, environment, signal } = request;
  const home = homeFolder(environment);
  const images = createEcrImages({ region, proxies: readProxySettings(environment), signal });
  closing.defer(() => {
    images.close();
  });
  const { send, close } = createRegistrySend(environment);
  closing.defer(close);
  const { credentials } = openCredentials(request, openProcesses(request), closing);
  return {
    images,
    registry: createRegistryClient({ send, credentials, signal }),
    containersOf: (context) => listContainers(context, { environment, home, signal }),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
