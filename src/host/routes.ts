import { Agent, Pool, ProxyAgent, type Dispatcher } from 'undici';
import {
  certificateFault,
  errorCode,
  proxyFault,
  type NetworkFault,
  type NetworkRoute,
} from '../model/index.ts';
import { trustSystemCertificates } from './certificates.ts';
import { proxyFor, type ProxySettings } from './proxy-settings.ts';

export interface Timeouts {
  readonly connectTimeoutMs: number;
  /** From the request to the first byte of the answer. */
  readonly headersTimeoutMs: number;
  /** Between two pieces of the body. */
  readonly bodyTimeoutMs: number;
}

/** The way to one server. */
export interface Route extends NetworkRoute {
  readonly dispatcher: Dispatcher;
}

/** Ways to servers, through the proxies that the environment names. Connections are kept until `close`. */
export interface Routes {
  to(url: URL): Route;
  close(): Promise<void>;
}

export function createRoutes(timeouts: Timeouts, proxies: ProxySettings): Routes {
  const options = {
    connectTimeout: timeouts.connectTimeoutMs,
    headersTimeout: timeouts.headersTimeoutMs,
    bodyTimeout: timeouts.bodyTimeoutMs,
  };
  const direct = new Agent(options);
  // undici 8 keeps these options from its connections to the proxy itself, and would wait five minutes for an answer
  function factory(origin: string | URL, more: object): Pool {
    return new Pool(origin, { ...options, ...more });
  }
  const agents = new Map<string, Dispatcher>();
  for (const proxy of [proxies.http, proxies.https]) {
    if (proxy !== undefined && !agents.has(proxy.url)) {
      agents.set(proxy.url, new ProxyAgent({ ...options, uri: proxy.url, factory, clientFactory: factory }));
    }
  }
  return {
    to: (url) => {
      const proxy = proxyFor(url, proxies);
      if (url.protocol === 'https:' || proxy !== undefined) {
        trustSystemCertificates();
      }
      return { dispatcher: agents.get(proxy?.url ?? '') ?? direct, host: url.host, proxy };
    },
    close: async () => {
      for (const agent of [direct, ...agents.values()]) {
        await agent.destroy();
      }
    },
  };
}

/** What undici 8 says of a proxy's own answer to CONNECT, and to a request in plain http: it has no code for it. */
const PROXY_ANSWER = /^Proxy response \((\d{3})\)|^Proxy Authentication Required \((407)\)/;

/** Undefined where another attempt may help. */
export function faultOnTheWay(error: unknown, route: NetworkRoute): NetworkFault | undefined {
  const answer = PROXY_ANSWER.exec(error instanceof Error ? error.message : '');
  const status = Number(answer?.[1] ?? answer?.[2]);
  if (status >= 300 && status < 500) {
    return proxyFault(status, route);
  }
  return certificateFault(errorCode(error), route);
}
