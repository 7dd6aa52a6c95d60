import path from 'node:path';
import { trustSystemCertificates, writeCertificates } from '../host/certificates.ts';
import { childNetwork } from '../host/child-network.ts';
import { readHttpCredentials } from '../host/http-credentials.ts';
import { createHttpClient, type HttpClient, type HttpOptions, type HttpPoster } from '../host/http.ts';
import { homeFolder, ingotPaths } from '../host/paths.ts';
import { createProcessRunner, type ProcessRunner } from '../host/process.ts';
import { readProxySettings } from '../host/proxy-settings.ts';
import { once } from '../model/index.ts';
import type { LocalRequest } from './factory.ts';

/** Requests of our own, as this machine's network wants them. */
export async function openHttp(
  { environment, emit }: Pick<LocalRequest, 'environment' | 'emit'>,
  closing: AsyncDisposableStack,
  options: Partial<HttpOptions> = {},
): Promise<HttpClient & HttpPoster> {
  const http = createHttpClient({
    ...options,
    emit,
    proxies: readProxySettings(environment),
    credentials: await readHttpCredentials({ root: '/', home: homeFolder(environment), environment }),
  });
  closing.defer(() => http.close());
  return http;
}

/** Child processes that take the same ways; what they are given for it is made for the first of them. */
export function openProcesses(request: Pick<LocalRequest, 'environment'>): ProcessRunner {
  const opened = once(async () => createProcessRunner(await childEnvironment(request)));
  return {
    run: async (argv, options) => (await opened()).run(argv, options),
    start: async (argv, options) => (await opened()).start(argv, options),
  };
}

/** What they are given: certificates and proxies. */
export async function childEnvironment({
  environment,
}: Pick<LocalRequest, 'environment'>): Promise<Readonly<Record<string, string>>> {
  const { cache } = ingotPaths(environment, homeFolder(environment));
  const certificates = await writeCertificates(trustSystemCertificates(), path.join(cache, 'certificates'));
  return childNetwork(readProxySettings(environment), certificates);
}
