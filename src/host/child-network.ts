import type { ProxySettings } from './proxy-settings.ts';

/** This machine's own addresses; Go and we leave proxies out for them anyway. */
const LOOPBACK = ['localhost', '127.0.0.1', '::1'];

/**
 * Variables with which a child process takes the same ways as we do. Both spellings say the same: Go prefers upper
 * case, curl and we lower case. Proxies and their passwords are only ever in the environment, never in arguments.
 */
export function childNetwork(
  { http, https, noProxy }: ProxySettings,
  certificates: string,
): Readonly<Record<string, string>> {
  const around = [noProxy, ...LOOPBACK].filter((hosts) => hosts !== '').join(',');
  const isProxied = http !== undefined || https !== undefined;
  return {
    // Go, and whatever else uses OpenSSL's names
    SSL_CERT_FILE: certificates,
    NODE_EXTRA_CA_CERTS: certificates,
    // empty, or a child would take the spelling that does not count for us
    ...inBothCases('http_proxy', http?.url ?? ''),
    ...inBothCases('https_proxy', https?.url ?? ''),
    // without a proxy there is nothing to leave out
    ...(isProxied ? inBothCases('no_proxy', around) : {}),
    ...(isProxied ? { NODE_USE_ENV_PROXY: '1' } : {}),
  };
}

function inBothCases(name: string, value: string): Readonly<Record<string, string>> {
  return { [name]: value, [name.toUpperCase()]: value };
}
