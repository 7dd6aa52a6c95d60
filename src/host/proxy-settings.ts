import { BlockList, isIP } from 'node:net';
import { FactoryError, type ProxyName } from '../model/index.ts';
import { isLoopback } from '../oci/index.ts';
import { portOf } from './http-messages.ts';

/** A proxy as an environment variable names it. */
export interface Proxy extends ProxyName {
  /** With the credentials: never for messages. */
  readonly url: string;
}

export interface ProxySettings {
  readonly http: Proxy | undefined;
  readonly https: Proxy | undefined;
  /** Hosts that need no proxy, as written. */
  readonly noProxy: string;
}

/**
 * `http_proxy`, `https_proxy` and `no_proxy`. Lower case counts first, even when it is empty, and without a scheme
 * it is an http proxy: so does curl.
 */
export function readProxySettings(environment: NodeJS.ProcessEnv): ProxySettings {
  return {
    http: readProxy('http_proxy', environment),
    https: readProxy('https_proxy', environment),
    noProxy: environment['no_proxy'] ?? environment['NO_PROXY'] ?? '',
  };
}

/** The proxy for a URL. This machine's own addresses never have one, as in Go. */
export function proxyFor(url: URL, settings: ProxySettings): Proxy | undefined {
  if (isLoopback(url.host) || needsNoProxy(url, settings.noProxy)) {
    return undefined;
  }
  return url.protocol === 'https:' ? settings.https : settings.http;
}

function readProxy(lower: string, environment: NodeJS.ProcessEnv): Proxy | undefined {
  const upper = lower.toUpperCase();
  const variable = environment[lower] === undefined ? upper : lower;
  const written = environment[variable] ?? '';
  if (written === '') {
    return undefined;
  }
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? written : `http://${written}`);
  if (url === null || !/^https?:$/.test(url.protocol) || !isEncoded(url)) {
    throw new FactoryError('USAGE', `cannot use the proxy in ${variable}: expected an http or https URL`, {
      hint: 'write it as http://USER:PASSWORD@HOST:PORT, with characters such as @ : / # % percent-encoded',
    });
  }
  return { url: url.href, address: url.host, variable, hasCredentials: url.username !== '' };
}

function isEncoded({ username, password }: URL): boolean {
  try {
    decodeURIComponent(`${username}:${password}`);
    return true;
  } catch {
    return false;
  }
}

/**
 * Entries are separated by commas or spaces: `*`, a name that stands for itself and all below it, `*.name` for those
 * below it only, an address, or a range of addresses (CIDR); names and addresses may have a port.
 */
function needsNoProxy(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  const port = portOf(url);
  const entries = noProxy.toLowerCase().split(/[\s,]+/);
  return entries.some((entry) => entry !== '' && isNamed(entry, host, port));
}

function isNamed(entry: string, host: string, port: string): boolean {
  if (entry.includes('/')) {
    return isInRange(entry, host);
  }
  const { name, onlyPort } = splitPort(entry);
  if (onlyPort !== undefined && onlyPort !== port) {
    return false;
  }
  const isBelowOnly = name.startsWith('*.');
  const bare = name.replace(/^\*?\./, '');
  return name === '*' || (!isBelowOnly && host === bare) || (isIP(host) === 0 && host.endsWith(`.${bare}`));
}

/** An IPv6 address is bracketed where it has a port. */
function splitPort(entry: string): { readonly name: string; readonly onlyPort: string | undefined } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  return { name: bracketed ?? plain ?? entry, onlyPort: port };
}

function isInRange(range: string, host: string): boolean {
  const [network = '', bits = ''] = range.split('/', 2);
  const [rangeVersion, hostVersion] = [isIP(network), isIP(host)];
  const prefix = /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (rangeVersion === 0 || rangeVersion !== hostVersion || !(prefix <= (rangeVersion === 4 ? 32 : 128))) {
    return false;
  }
  const family = rangeVersion === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return list.check(host, family);
}
