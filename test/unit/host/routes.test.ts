import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpClient } from '../../../src/host/http.ts';
import { readProxySettings } from '../../../src/host/proxy-settings.ts';

/** Takes every connection and never says a word. */
async function serveSilence(): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each(['http', 'https'])('a proxy that does not answer: %s', { timeout: 20_000 }, async (scheme) => {
  const http = createHttpClient({
    headersTimeoutMs: 200,
    attempts: 1,
    proxies: readProxySettings({ [`${scheme}_proxy`]: await serveSilence() }),
  });
  onTestFinished(() => http.close());
  const request = { maxBytes: 1, signal: new AbortController().signal };
  await expect(http.get(`${scheme}://nowhere.example/`, request)).rejects.toMatchObject({
    code: 'NETWORK_FAILED',
    message: expect.stringContaining('Headers Timeout Error'),
  });
});
