import { EnvHttpProxyAgent, type Agent } from 'undici';
import { FactoryError } from '../model/index.ts';

/** Goes through the proxies that the environment names. `NO_PROXY` is read by undici itself. */
export function createProxyAgent(options: Agent.Options): EnvHttpProxyAgent {
  const httpProxy = proxyOf('http');
  const httpsProxy = proxyOf('https');
  return new EnvHttpProxyAgent({
    ...options,
    ...(httpProxy === undefined ? {} : { httpProxy }),
    ...(httpsProxy === undefined ? {} : { httpsProxy }),
  });
}

/** Lower case counts first, and without a scheme it is an http proxy: so do curl and Go. */
function proxyOf(scheme: 'http' | 'https'): string | undefined {
  const name = `${scheme}_proxy`;
  const written = process.env[name] ?? process.env[name.toUpperCase()] ?? '';
  if (written === '') {
    return undefined;
  }
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? written : `http://${written}`;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new FactoryError('USAGE', `cannot use the proxy in ${name}: expected an http or https URL`);
  }
  return url;
}
