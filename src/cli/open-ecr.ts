import { createEcrImages } from '../host/aws/ecr-images.ts';
import { createEcrScans } from '../host/aws/ecr-scans.ts';
import { createEcrRegistry, type EcrRegistry } from '../host/aws/ecr.ts';
import { readProxySettings } from '../host/proxy-settings.ts';
import type { EcrView } from '../ecr/index.ts';
import type { LocalRequest } from './factory.ts';

export interface EcrRequest extends LocalRequest {
  readonly region: string;
}

export interface EcrViewRequest extends EcrRequest {
  /** Whose registry. */
  readonly account: string;
}

/** ECR's control plane in one region, with the credentials of this process. */
export function openEcr({ region, environment, signal }: EcrRequest): EcrRegistry {
  return createEcrRegistry({ region, proxies: readProxySettings(environment), signal });
}

/** What ECR knows of images, with the same credentials. */
export function openEcrView({ region, account, environment, signal }: EcrViewRequest): EcrView & Disposable {
  const access = { region, account, proxies: readProxySettings(environment), signal };
  const images = createEcrImages(access);
  const scans = createEcrScans(access);
  return {
    images,
    scans,
    [Symbol.dispose]: () => {
      images.close();
      scans.close();
    },
  };
}
