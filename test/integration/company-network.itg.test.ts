import { expect, test } from 'vitest';
import { toolEnvironment } from '../../src/host/builder/index.ts';
import { writeCertificates } from '../../src/host/certificates.ts';
import { childNetwork } from '../../src/host/child-network.ts';
import { createProcessRunner } from '../../src/host/process.ts';
import { readProxySettings } from '../../src/host/proxy-settings.ts';
import { MEDIA_TYPE, sha256Of } from '../../src/oci/index.ts';
import { startTestEngine } from '../support/engine.ts';
import { createAuthority } from '../support/network/certificates.ts';
import { HOSTS } from '../support/network/hosts.ts';
import { serveProxy } from '../support/network/proxy.ts';
import { serveRegistry } from '../support/registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { toolPath, toolsFolder } from '../support/tools.ts';

const IMAGE = `${HOSTS.registry}/golden/python:3.13`;
const manifest = Buffer.from(
  JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE.index, manifests: [] }),
);
const digest = sha256Of(manifest);

/** A registry behind a proxy that wants a password and signs TLS anew, and variables for child processes. */
async function arrange(login = 'ada:s3cret') {
  const authority = createAuthority();
  const registry = await serveRegistry();
  const { manifests, tags } = registry.repository('golden/python');
  manifests.set(digest, { mediaType: MEDIA_TYPE.index, bytes: manifest });
  tags.set('3.13', digest);
  const hosts = { [HOSTS.registry]: `http://${registry.address}` };
  const proxy = await serveProxy({ authority, login: 'ada:s3cret', hosts });
  const proxies = readProxySettings({ https_proxy: `http://${login}@${proxy.address}` });
  const folder = await temporaryFolder();
  async function network(...certificates: readonly string[]) {
    return childNetwork(proxies, await writeCertificates(certificates, folder));
  }
  return { authority, network };
}

/** Asks the registry for the digest. */
async function askCosign(network: Readonly<Record<string, string>>): Promise<string> {
  const argv = [await toolPath('cosign'), 'triangulate', '--type=digest', IMAGE];
  const { stdout } = await createProcessRunner(network).run(argv, {
    env: toolEnvironment(await toolsFolder()),
    timeoutMs: 60_000,
  });
  return stdout;
}

test('cosign takes our way out, and fails without it', async () => {
  const { authority, network } = await arrange();
  expect(await askCosign(await network(authority.certificate))).toContain(digest);
  const failure = await askCosign(await network(createAuthority().certificate)).catch(String);
  expect(failure).toContain('x509: certificate signed by unknown authority');
  const other = await arrange('eve:wr0ng');
  const denied = await askCosign(await other.network(other.authority.certificate)).catch(String);
  expect(denied).toContain('Proxy Authentication Required');
  expect(denied).not.toContain('wr0ng');
});

test('the embedded engine takes our way out', async () => {
  const { authority, network } = await arrange();
  await using engine = await startTestEngine(await network(authority.certificate));
  const { Descriptor } = (await engine.docker.getImage(IMAGE).distribution()) as {
    readonly Descriptor: { readonly digest: string };
  };
  expect(Descriptor.digest).toBe(digest);
});
