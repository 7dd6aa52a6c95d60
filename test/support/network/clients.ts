import process from 'node:process';
import { childEnvironment, openHttp } from '../../../src/cli/open-network.ts';
import { createProcessRunner } from '../../../src/host/process.ts';
import { proxyFor, readProxySettings } from '../../../src/host/proxy-settings.ts';
import { createRegistrySend } from '../../../src/host/registry-send.ts';
import { FactoryError, ToolError } from '../../../src/model/index.ts';
import { createRegistryClient } from '../../../src/oci/index.ts';
import { createNpmSource, readNpmOptions } from '../../../src/sources/npm/index.ts';
import { HOSTS, type ClientResult, type ClientResults } from './hosts.ts';

/**
 * A program of its own, because a process reads certificates from its environment once: everything that goes out,
 * as `src/cli` opens it. Prints what became of each.
 */
const environment = process.env;
const folder = environment['HOME'] ?? '';
const signal = AbortSignal.timeout(60_000);
const limits = { maxBytes: 1_000_000, signal };

async function http(url: string): Promise<string> {
  await using closing = new AsyncDisposableStack();
  const client = await openHttp({ environment, emit: () => undefined }, closing);
  const answer = await client.get(url, limits);
  return answer.kind === 'fresh' ? Buffer.from(answer.bytes).toString() : answer.kind;
}

async function registry(): Promise<string> {
  const { send, close } = createRegistrySend(environment);
  const credentials = () => Promise.resolve(undefined);
  const client = createRegistryClient({ send, credentials, signal, retryPausesMs: [] });
  const tags = await client.listTags(`${HOSTS.registry}/golden/python`);
  await close();
  return tags.join();
}

async function npm(): Promise<string> {
  const proxies = readProxySettings(environment);
  const options = await readNpmOptions({
    environment,
    workingFolder: folder,
    npm: { npmPath: folder, execPath: process.execPath },
    proxyFor: (url) => proxyFor(url, proxies),
  });
  const source = createNpmSource({ options, cache: `${folder}/npm`, signal });
  return (await source.versions('tool')).map(({ version }) => version).join();
}

async function child(): Promise<string> {
  const script = `fetch('https://${HOSTS.mirror}/file').then((r) => r.text()).then((text) => console.log(text),
    (error) => { console.error(error.cause.message, error.cause.code); process.exitCode = 1; });`;
  const runner = createProcessRunner(await childEnvironment({ environment }));
  const { stdout } = await runner.run([process.execPath, '-e', script]);
  return stdout.trim();
}

async function resultOf(task: Promise<string>): Promise<ClientResult> {
  try {
    return { kind: 'through', answer: await task };
  } catch (error) {
    if (error instanceof FactoryError) {
      return { kind: 'failed', code: error.code, message: error.message, hint: error.hint ?? '' };
    }
    if (error instanceof ToolError) {
      return { kind: 'failed', code: error.kind, message: error.message, hint: '' };
    }
    throw error;
  }
}

const results: ClientResults = {
  https: await resultOf(http(`https://${HOSTS.mirror}/private`)),
  plain: await resultOf(http(`http://${HOSTS.mirror}/file`)),
  registry: await resultOf(registry()),
  npm: await resultOf(npm()),
  child: await resultOf(child()),
};
process.stdout.write(JSON.stringify(results));
