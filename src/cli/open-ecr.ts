import { createEcrRegistry, type EcrRegistry } from '../host/aws/ecr.ts';
import { readProxySettings } from '../host/proxy-settings.ts';
import type { LocalRequest } from './factory.ts';

export interface EcrRequest extends LocalRequest {
  readonly region: string;
}

/** ECR's control plane in one region, with the credentials of this process. */
export function openEcr({ region, environment, signal }: EcrRequest): EcrRegistry {
  return createEcrRegistry({ region, proxies: readProxySettings(environment), signal });
}
