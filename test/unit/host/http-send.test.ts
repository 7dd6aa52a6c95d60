import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpClient } from '../../../src/host/http.ts';
import { serveHttp } from '../../support/http-server.ts';
import { createAuthority } from '../../support/network/certificates.ts';

/** The URL of a server whose certificate this process trusts until the end of the test. */
async function serveHttps(answer: RequestListener): Promise<string> {
  const authority = createAuthority();
  const { certificate: cert, key } = authority.issue('localhost');
  const trusted = getCACertificates('default');
  setDefaultCACertificates([...trusted, authority.certificate]);
  const server = createServer({ cert, key }, answer);
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  onTestFinished(async () => {
    setDefaultCACertificates(trusted);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `https://localhost:${(server.address() as AddressInfo).port}/file`;
}

test('refuses a redirection from https to http', async () => {
  const plain = await serveHttp((_, response) => response.end('plain'));
  const location = `${plain.url.replace('//', '//reader:secret@')}/file`;
  const url = await serveHttps((_, response) => response.writeHead(302, { location }).end());
  const http = createHttpClient();
  onTestFinished(() => http.close());
  const limits = { maxBytes: 1000, signal: AbortSignal.timeout(60_000) };
  const refused = {
    code: 'NETWORK_FAILED',
    message: `cannot fetch ${url}: it redirects from https to http, expected an https URL, got ${plain.url}/file`,
  };
  await expect(http.get(url, limits)).rejects.toMatchObject(refused);
  await expect(http.stream(url, limits)).rejects.toMatchObject(refused);
  expect(plain.requests).toEqual([]);
});
