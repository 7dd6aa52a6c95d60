import { setTimeout as delay } from 'node:timers/promises';
import { createEcrScans } from '../host/aws/ecr-scans.ts';
import { readProxySettings } from '../host/proxy-settings.ts';
import { InternalError, isInEcr, type Target } from '../model/index.ts';
import { createEcrScanner, type Scanner } from '../stages/scan/index.ts';
import type { LocalRequest } from './factory.ts';

/** Of a target in ECR: the catalog of any other has no such scanner. */
export function openEcrScanner(
  { target, environment, signal, startedAt }: LocalRequest & { readonly target: Target },
  closing: AsyncDisposableStack,
): Scanner {
  if (!isInEcr(target)) {
    throw new InternalError(`target "${target.name}" is not in ECR`);
  }
  const { ecr: settings } = target;
  const { account, region } = settings;
  const scans = createEcrScans({ region, account, proxies: readProxySettings(environment), signal });
  closing.defer(() => {
    scans.close();
  });
  return createEcrScanner({
    settings,
    scans,
    runStartedAt: startedAt,
    wait: (ms, stop) => delay(ms, undefined, { signal: stop }),
  });
}
