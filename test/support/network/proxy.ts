import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { TestAuthority } from './certificates.ts';

/** A company's proxy. It alone knows where hosts are: their names cannot be looked up. */
export interface TestProxy {
  /** `127.0.0.1:40000` */
  readonly address: string;
  /** What clients asked for: `CONNECT mirror.test:443`, `GET http://mirror.test/debian`. */
  readonly requests: readonly string[];
}

export interface TestProxyOptions {
  /** Origin servers, `http://127.0.0.1:40001`, by host name. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Ends TLS itself, with certificates of this authority, and forwards in plain http. */
  readonly authority: TestAuthority;
  /** Hosts that are not named are let through as they are, for what a test does not play. */
  readonly passesOthers?: true;
  /** Only requests with `Proxy-Authorization` for this `user:password` are let through. */
  readonly login?: string;
  /** Days that its certificates are valid from now on; below zero they are over. */
  readonly certificateDays?: number;
  /** Name in its certificates, whatever was asked for. */
  readonly certificateName?: string;
}

/** A proxy on 127.0.0.1 that wants to know who asks, and signs TLS anew. It is gone after the test. */
export async function serveProxy(options: TestProxyOptions): Promise<TestProxy> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const inner = createServer((incoming, response) => forward(incoming, response, options));
  const outer = createServer((incoming, response) => {
    requests.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
    if (isLetThrough(incoming, options)) {
      forward(incoming, response, options);
    } else {
      response.writeHead(407, { 'proxy-authenticate': 'Basic realm="company"' }).end();
    }
  });
  outer.on('connection', (socket: Socket) => sockets.add(socket));
  outer.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    requests.push(`CONNECT ${incoming.url ?? ''}`);
    socket.on('error', () => undefined);
    const host = (incoming.url ?? '').replace(/:\d+$/, '');
    if (!isLetThrough(incoming, options)) {
      socket.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="company"\r\n\r\n',
      );
    } else if (options.hosts[host] === undefined && options.passesOthers === true) {
      passThrough(incoming.url ?? '', socket);
    } else if (options.hosts[host] === undefined) {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    } else {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      inner.emit('connection', endTls(socket, host, options));
    }
  });
  await new Promise<void>((resolve) => outer.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    const closed = new Promise((resolve) => outer.close(resolve));
    sockets.forEach((socket) => socket.destroy());
    await closed;
  });
  return { address: `127.0.0.1:${(outer.address() as AddressInfo).port}`, requests };
}

function isLetThrough({ headers }: IncomingMessage, { login }: TestProxyOptions): boolean {
  return (
    login === undefined || headers['proxy-authorization'] === `Basic ${Buffer.from(login).toString('base64')}`
  );
}

function endTls(socket: Socket, host: string, options: TestProxyOptions): TLSSocket {
  const { authority, certificateDays = 1, certificateName = host } = options;
  const { certificate, key } = authority.issue(certificateName, certificateDays);
  const secure = new TLSSocket(socket, {
    isServer: true,
    secureContext: createSecureContext({ cert: certificate, key }),
  });
  // a client that does not trust us leaves
  secure.on('error', () => undefined);
  return secure;
}

function passThrough(address: string, socket: Socket): void {
  const { hostname, port } = new URL(`https://${address}`);
  const other = connect(Number(port || 443), hostname, () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    socket.pipe(other).pipe(socket);
  });
  other.on('error', () => socket.destroy());
  socket.on('close', () => other.destroy());
}

/** As the origin sees it, the client asked for the name, and the proxy's own headers are gone. */
function forward(incoming: IncomingMessage, response: ServerResponse, { hosts }: TestProxyOptions): void {
  const named = new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? ''}`);
  const origin = new URL(hosts[named.hostname] ?? 'http://127.0.0.1:1');
  const { 'proxy-authorization': _, 'proxy-connection': __, ...headers } = incoming.headers;
  const passed = request(
    {
      host: origin.hostname,
      port: origin.port,
      method: incoming.method,
      path: named.pathname + named.search,
      headers,
    },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  passed.on('error', () => response.destroy());
  incoming.pipe(passed);
}
