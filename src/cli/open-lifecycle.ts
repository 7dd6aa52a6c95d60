import { createEcrImages, type EcrImages } from '../host/aws/ecr-images.ts';
import { createEcrRegistry, type EcrRegistry } from '../host/aws/ecr.ts';
import { listContainers, type RunningContainer } from '../host/kubernetes.ts';
import { homeFolder } from '../host/paths.ts';
import { readProxySettings } from '../host/proxy-settings.ts';
import type { EcrTarget } from '../model/index.ts';
import type { RegistryClient } from '../oci/index.ts';
import type { EcrRequest } from './open-ecr.ts';
import { openProcesses } from './open-network.ts';
import { openRegistries } from './open-registries.ts';

/** What a preview of lifecycle rules looks at. */
export interface LifecycleAccess extends AsyncDisposable {
  readonly images: EcrImages;
  /** Whose registry it is, and the rules in force. */
  readonly control: Pick<EcrRegistry, 'scanning' | 'lifecycle'>;
  /** Any, for manifests of what runs. */
  readonly registry: RegistryClient;
  /** Of a context of Kubernetes. */
  containersOf(context: string): Promise<readonly RunningContainer[]>;
}

export interface LifecycleRequest extends EcrRequest {
  /** Whose credentials count for its registry. */
  readonly target?: EcrTarget;
}

export function openLifecycle(request: LifecycleRequest): LifecycleAccess {
  const closing = new AsyncDisposableStack();
  const { region, environment, signal } = request;
  const home = homeFolder(environment);
  const access = { region, proxies: readProxySettings(environment), signal };
  const images = createEcrImages(access);
  const control = createEcrRegistry(access);
  closing.defer(() => {
    images.close();
    control.close();
  });
  const { client } = openRegistries(request, openProcesses(request), closing);
  return {
    images,
    control,
    registry: client,
    containersOf: (context) => listContainers(context, { environment, home, signal }),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
