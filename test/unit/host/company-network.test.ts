import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { childNetwork } from '../../../src/host/child-network.ts';
import { createHttpClient } from '../../../src/host/http.ts';
import { createProcessRunner } from '../../../src/host/process.ts';
import { proxyFor, readProxySettings } from '../../../src/host/proxy-settings.ts';
import { createRegistrySend } from '../../../src/host/registry-send.ts';
import type { ToolError } from '../../../src/model/index.ts';
import { createNpmSource, readNpmOptions } from '../../../src/sources/npm/index.ts';
import { serveHttp } from '../../support/http-server.ts';
import { createAuthority } from '../../support/network/certificates.ts';
import { HOSTS, type ClientResults } from '../../support/network/hosts.ts';
import { serveProxy, type TestProxyOptions } from '../../support/network/proxy.ts';
import { serveNpmRegistry } from '../../support/npm-registry.ts';
import { serveRegistry } from '../../support/registry.ts';
import { ROOT } from '../../support/source-tree.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const CLIENTS = path.join(ROOT, 'test/support/network/clients.ts');
const MAIN = path.join(ROOT, 'src/start.js');
const LOGIN = 'ada:p@ss:word';
const LOGIN_IN_URL = 'ada:p%40ss%3Aword';
const MIRROR_LOGIN = `Basic ${Buffer.from('reader:s3cret').toString('base64')}`;
const NETRC = `machine ${HOSTS.mirror} login reader password s3cret\n`;
const SECRETS = /p@ss|p%40ss|s3cret|cmVhZGVy/;

/** Origin servers behind a proxy that wants a password and signs TLS anew, and the folder of a user. */
async function arrange(options: Partial<TestProxyOptions> = {}) {
  const authority = createAuthority();
  const registry = await serveRegistry();
  registry.repository('golden/python').tags.set('3.13', `sha256:${'0'.repeat(64)}`);
  const published = '2026-10-01T08:00:00.000Z';
  const npm = await serveNpmRegistry({ packages: { tool: [{ version: '1.2.3', published }] } });
  const mirror = await serveHttp(({ url, headers }, response) => {
    const isDenied = url === '/private' && headers.authorization !== MIRROR_LOGIN;
    response.writeHead(isDenied ? 401 : 200).end(`${url ?? ''} of the mirror`);
  });
  const hosts = {
    [HOSTS.mirror]: mirror.url,
    [HOSTS.registry]: `http://${registry.address}`,
    [HOSTS.npm]: npm.url,
  };
  const proxy = await serveProxy({ authority, login: LOGIN, hosts, ...options });
  const home = await temporaryFolder();
  const certificates = path.join(home, 'company.pem');
  await writeFile(certificates, authority.certificate);
  await writeFile(path.join(home, '.npmrc'), `registry=https://${HOSTS.npm}/\nfetch-retries=0\n`);
  await writeFile(path.join(home, '.netrc'), NETRC);
  return { proxy, mirror, home, certificates, url: `http://${LOGIN_IN_URL}@${proxy.address}` };
}

/** A user's variables; those of this machine are out of the way. */
function variables(home: string, env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const none = {
    http_proxy: '',
    https_proxy: '',
    HTTP_PROXY: '',
    HTTPS_PROXY: '',
    NO_PROXY: '',
    no_proxy: '',
    // npm would trust a `cafile` of the machine's own configuration alone, and `npm test` hands that on
    npm_config_cafile: '',
    NPM_CONFIG_CAFILE: '',
    npm_config_globalconfig: path.join(home, 'global-npmrc'),
    npm_config_userconfig: path.join(home, '.npmrc'),
  };
  return { ...none, HOME: home, XDG_CACHE_HOME: path.join(home, '.cache'), NETRC: '', ...env };
}

/** Runs every client in a process with these variables. */
async function runClients(home: string, env: Readonly<Record<string, string>>): Promise<ClientResults> {
  const argv = [process.execPath, CLIENTS];
  const { stdout } = await createProcessRunner().run(argv, { env: variables(home, env) });
  expect(stdout).not.toMatch(SECRETS);
  return JSON.parse(stdout) as ClientResults;
}

function failed(...words: readonly string[]) {
  const said = words.map((word) => expect.stringContaining(word));
  return { kind: 'failed', code: 'NETWORK_FAILED', message: said[0], hint: said[1] ?? expect.any(String) };
}

const ALL_THROUGH: ClientResults = {
  https: { kind: 'through', answer: '/private of the mirror' },
  plain: { kind: 'through', answer: '/file of the mirror' },
  registry: { kind: 'through', answer: '3.13' },
  npm: { kind: 'through', answer: '1.2.3' },
  child: { kind: 'through', answer: '/file of the mirror' },
};

describe('with password and certificate everything gets through the proxy, and nothing around it', () => {
  const WAYS = [
    'CONNECT mirror.test:443',
    'GET http://mirror.test/file',
    'CONNECT registry.test:443',
    'CONNECT npm.test:443',
    'CONNECT mirror.test:443',
  ];

  test('lower case, and the certificate in NODE_EXTRA_CA_CERTS', async () => {
    const { proxy, home, certificates, url } = await arrange();
    const env = { https_proxy: url, http_proxy: url, NODE_EXTRA_CA_CERTS: certificates };
    expect(await runClients(home, env)).toEqual(ALL_THROUGH);
    expect(proxy.requests).toEqual(WAYS);
  });

  test("upper case, and the certificate in the system's store", async () => {
    const { proxy, home, certificates, url } = await arrange();
    const unset = ['http_proxy', 'https_proxy', 'no_proxy'].map((name) => `--unset=${name}`);
    const env = variables(home, { HTTPS_PROXY: url, HTTP_PROXY: url, SSL_CERT_FILE: certificates });
    const argv = ['env', ...unset, process.execPath, CLIENTS];
    const { stdout } = await createProcessRunner().run(argv, { env });
    expect(JSON.parse(stdout)).toEqual(ALL_THROUGH);
    expect(proxy.requests).toEqual(WAYS);
  });
});

describe('closed', () => {
  test('without the certificate', async () => {
    const { home, url } = await arrange();
    const results = await runClients(home, { https_proxy: url, http_proxy: url });
    const ways = 'NODE_EXTRA_CA_CERTS or SSL_CERT_FILE';
    expect(results).toEqual({
      https: failed('certificate of "mirror.test", behind proxy "127.0.0.1:', ways),
      plain: ALL_THROUGH.plain,
      registry: failed('cannot reach registry registry.test: the certificate of "registry.test"', ways),
      npm: failed('cannot fetch npm package "tool": the certificate of "npm.test"', ways),
      child: expect.objectContaining({ code: 'exited', message: expect.stringContaining('VERIFY_LEAF') }),
    });
  });

  test.each([
    { summary: 'without a password', login: '', reason: 'wants a user name and password (407)' },
    { summary: 'with a wrong one', login: 'ada:p%40ss@', reason: 'refuses the user name and password (407)' },
  ])('$summary', async ({ login, reason }) => {
    const { home, proxy, mirror, certificates } = await arrange();
    const url = `http://${login}${proxy.address}`;
    const env = { https_proxy: url, http_proxy: url, NODE_EXTRA_CA_CERTS: certificates };
    const results = await runClients(home, env);
    expect(results).toEqual({
      https: failed(`proxy "${proxy.address}" of https_proxy ${reason}`, 'https_proxy'),
      plain: failed(`proxy "${proxy.address}" of http_proxy ${reason}`, 'http_proxy'),
      registry: failed(
        `cannot reach registry registry.test: proxy "${proxy.address}" of https_proxy ${reason}`,
      ),
      npm: failed(`cannot fetch npm package "tool": proxy "${proxy.address}" of https_proxy`, 'https_proxy'),
      child: expect.objectContaining({ code: 'exited' }),
    });
    expect(mirror.requests).toEqual([]);
  });

  test.each([
    { summary: 'over', options: { certificateDays: -1 }, reason: 'is not valid now (CERT_HAS_EXPIRED)' },
    { summary: 'for another', options: { certificateName: 'other.test' }, reason: 'is for another name' },
  ])('with a certificate that is $summary', async ({ options, reason }) => {
    const { home, url, certificates } = await arrange(options);
    const results = await runClients(home, { https_proxy: url, NODE_EXTRA_CA_CERTS: certificates });
    expect(results).toMatchObject({ https: failed(reason), registry: failed(reason), npm: failed(reason) });
  });

  test('where the proxy lets a host be reached by nobody', async () => {
    const { home, url, certificates } = await arrange({ hosts: {} });
    const results = await runClients(home, { https_proxy: url, NODE_EXTRA_CA_CERTS: certificates });
    const reason = 'of https_proxy answered 403';
    expect(results).toMatchObject({ https: failed(reason), registry: failed(reason) });
    expect(results.npm.kind).toBe('failed');
  });

  test('where the mirror wants a password and netrc has none', async () => {
    const { home, url, certificates } = await arrange();
    const netrc = path.join(home, 'elsewhere');
    const env = { https_proxy: url, NODE_EXTRA_CA_CERTS: certificates, NETRC: netrc };
    expect((await runClients(home, env)).https).toEqual(
      failed(
        'the server answered 401, and no user name and password are known for "mirror.test"',
        `"${netrc}"`,
      ),
    );
  });
});

test('a whole command tells what is wrong, and no secret', async () => {
  const { home, proxy } = await arrange();
  const env = variables(home, {
    https_proxy: `http://ada:p%40ss@${proxy.address}`,
    XDG_DATA_HOME: path.join(home, 'data'),
    INGOT_DEBIAN_MIRROR: `https://reader:s3cret@${HOSTS.mirror}/debian`,
  });
  const failure: unknown = await createProcessRunner()
    .run([process.execPath, MAIN, 'local', 'start'], { env, cwd: home })
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({
    exitCode: 3,
    stderrTail: expect.stringContaining(`proxy "${proxy.address}" of https_proxy refuses`),
  });
  expect((failure as ToolError).stderrTail).not.toMatch(SECRETS);
});

describe('this machine itself is never asked for through the proxy', () => {
  test('by our own clients', async () => {
    const { proxy, home, mirror, url } = await arrange();
    const registry = await serveRegistry();
    const npm = await serveNpmRegistry({ packages: { tool: [] } });
    const proxies = readProxySettings({ http_proxy: url, https_proxy: url });
    const http = createHttpClient({ proxies });
    const { send, close } = createRegistrySend({ http_proxy: url });
    onTestFinished(async () => {
      await http.close();
      await close();
    });
    const signal = AbortSignal.timeout(10_000);
    const wanted = { maxBytes: 1000, signal };
    await http.get(`${mirror.url}/file`, wanted);
    await send({ method: 'GET', url: new URL(`http://${registry.address}/v2/`), headers: {}, ...wanted });
    const options = await readNpmOptions({
      environment: { HOME: home, npm_config_registry: npm.url },
      workingFolder: home,
      npm: { npmPath: home, execPath: process.execPath },
      proxyFor: (registryUrl) => proxyFor(registryUrl, proxies),
    });
    await createNpmSource({ options, cache: path.join(home, 'npm'), signal }).versions('tool');
    expect([mirror, registry, npm].map(({ requests }) => requests.length)).toEqual([1, 1, 1]);
    expect(proxy.requests).toEqual([]);
  });

  test('by a child process', async () => {
    const { proxy, mirror, url, certificates } = await arrange();
    const environment = childNetwork(
      readProxySettings({ http_proxy: url, NO_PROXY: 'intern.test' }),
      certificates,
    );
    const script = `fetch('${mirror.url}/file').then((r) => r.text()).then(console.log)`;
    const { stdout } = await createProcessRunner(environment).run([process.execPath, '-e', script]);
    expect(stdout).toBe('/file of the mirror\n');
    expect(proxy.requests).toEqual([]);
  });
});
