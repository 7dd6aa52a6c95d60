import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { toolEnvironment } from '../../src/host/builder/index.ts';
import { platformOfHost } from '../../src/host/host-platform.ts';
import { startLocalRegistry } from '../../src/host/local-registry.ts';
import { createProcessRunner } from '../../src/host/process.ts';
import { createRegistrySend } from '../../src/host/registry-send.ts';
import { openSigningKeys } from '../../src/host/signing-keys.ts';
import { parseTag } from '../../src/oci/index.ts';
import { ECR_REGISTRY, serveEcrDataPlane, type EcrDataPlane } from '../support/ecr-data-plane.ts';
import { serveEcr, type EcrServer } from '../support/ecr-server.ts';
import { ECR_TARGET } from '../support/ecr-target-files.ts';
import { freshMachine, type Machine } from '../support/ingot.ts';
import { createAuthority } from '../support/network/certificates.ts';
import { serveProxy } from '../support/network/proxy.ts';
import { REPOSITORY } from '../support/repository.ts';
import { clientFor } from '../support/registry.ts';
import { toolPath, toolsFolder } from '../support/tools.ts';

const NIGHT = ['nightly', '--target', 'production'];
const NAMESPACES = ['golden', 'team-a', 'team-b'];
const SECRET = /SECRET-(?:PASSWORD|SESSION)/;

/** A catalog with one small image that two teams want, of this host's platform. */
async function writeEcrCatalog(folder: string): Promise<void> {
  const image = JSON.parse(await readFile(path.join(REPOSITORY, 'images/static.json'), 'utf8')) as {
    tracks: object[];
  };
  image.tracks = image.tracks.map((track) => ({ ...track, platforms: [platformOfHost()] }));
  const catalog = {
    include: ['images/*.json', 'teams/*.json'],
    publisher: { vendor: 'a', source: 'https://example.org' },
    scanners: { on: ['debian-archive'], feeds: { 'known-exploited': false } },
    targets: { production: ECR_TARGET },
  };
  const teams = ['team-a', 'team-b'].map((name) => ({
    name,
    namespace: name,
    owner: `${name}@example.com`,
    images: ['static'],
  }));
  const files = {
    'catalog.json': catalog,
    'images/static.json': { ...image, $schema: undefined },
    ...Object.fromEntries(teams.map((team) => [`teams/${team.name}.json`, team])),
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), JSON.stringify(content));
  }
}

interface World extends AsyncDisposable {
  readonly machine: Machine;
  readonly ecr: EcrServer;
  readonly plane: EcrDataPlane;
  /** Of the registry behind it. */
  readonly content: string;
  readonly env: Readonly<Record<string, string>>;
  /** Fails where it exits otherwise; gives what was printed. */
  ingot(...args: readonly string[]): Promise<string>;
}

/** A user's machine, for which a company's proxy leads to ECR. */
async function openWorld(): Promise<World> {
  const closing = new AsyncDisposableStack();
  const machine = await freshMachine();
  closing.defer(() => machine.remove());
  await writeEcrCatalog(machine.folder);
  await openSigningKeys({
    folder: path.join(machine.folder, 'config/ingot'),
    use: 'sign',
    ifMissing: 'make',
    password: '',
  });
  const { send, close } = createRegistrySend({});
  closing.defer(close);
  const options = {
    program: await toolPath('docker-registry'),
    environment: toolEnvironment(await toolsFolder()),
    folder: path.join(machine.folder, 'content'),
    port: 0,
  };
  const { signal } = new AbortController();
  const { address, stop } = await startLocalRegistry(options, {
    processes: createProcessRunner(),
    send,
    signal,
  });
  closing.defer(stop);
  const ecr = await serveEcr();
  const plane = await serveEcrDataPlane(ecr, `http://${address}`);
  const authority = createAuthority();
  const authorityFile = path.join(machine.folder, 'authority.pem');
  await writeFile(authorityFile, authority.certificate);
  const proxy = await serveProxy({ hosts: { [ECR_REGISTRY]: plane.url }, authority, passesOthers: true });
  const env = {
    ...ecr.environment,
    https_proxy: `http://${proxy.address}`,
    NODE_EXTRA_CA_CERTS: authorityFile,
    TMPDIR: path.join(machine.folder, 'tmp'),
  };
  await mkdir(env.TMPDIR);
  return {
    machine,
    ecr,
    plane,
    content: address,
    env,
    ingot: async (...args) => {
      const { exitCode, output } = await machine.ingot(args, { env, cwd: machine.folder });
      expect(output).not.toMatch(SECRET);
      expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
      return output;
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

function writesOf({ plane }: World): readonly string[] {
  return plane.requests
    .filter(({ method, status }) => method === 'PUT' && status === 201)
    .map(({ path: asked }) => asked);
}

/** Of the control plane, about one repository each. */
function callsOfRepositories({ ecr }: World): readonly (readonly [string, readonly string[]])[] {
  const calls = ecr.calls.filter(({ input }) => input.repositoryName !== undefined);
  return NAMESPACES.map((name) => {
    const own = calls.filter(({ input }) => input.repositoryName === `${name}/static`);
    return [`${name}/static`, own.map(({ operation }) => operation).sort()];
  });
}

test('a night publishes to golden and two teams, whatever happens to it on the way', async () => {
  await using world = await openWorld();
  const { machine, ecr, plane, ingot } = world;

  // before anybody made repositories: said at once, for nothing is built that has no place to go
  const early = await machine.ingot(NIGHT, { env: world.env, cwd: machine.folder });
  expect(early.exitCode, early.output).toBe(3);
  const [refused] = (await machine.report()).images;
  const missing = 'ECR has no repository "golden/static", "team-a/static", "team-b/static"';
  expect(refused?.error).toMatchObject({
    code: 'REPOSITORY_MISSING',
    message: expect.stringContaining(missing) as string,
  });
  expect(refused?.stages.find(({ stage }) => stage === 'build')).toMatchObject({ status: 'skipped' });

  await ingot('ecr', 'plan', '--output', 'plan.json');
  await ingot('ecr', 'apply', 'plan.json');
  expect([...ecr.repositories.keys()].sort()).toEqual(NAMESPACES.map((name) => `${name}/static`));

  // killed when it is done with one team, and its password is over before
  const running: { pid?: number } = {};
  plane.refuse = ({ method, path: asked }) => {
    if (method === 'PUT' && asked.startsWith('/v2/golden/static/manifests/') && ecr.passwords.size === 1) {
      ecr.passwords.set('SECRET-PASSWORD-1', 0);
      const message = 'Your authorization token has expired. Reauthenticate and try again.';
      return { status: 403, code: 'DENIED', message };
    }
    if (method === 'PUT' && asked.startsWith('/v2/team-b/static/manifests/') && running.pid !== undefined) {
      process.kill(running.pid, 'SIGKILL');
      return { status: 503, code: 'UNAVAILABLE', message: 'nobody is left to hear it' };
    }
    return undefined;
  };
  const argv = [process.execPath, path.join(REPOSITORY, 'src/start.js'), ...NIGHT];
  const logFile = path.join(machine.folder, 'killed.log');
  const killed = await createProcessRunner().start(argv, {
    env: { ...machine.environment, ...world.env },
    cwd: machine.folder,
    logFile,
  });
  running.pid = killed.pid;
  expect(await killed.ended, await readFile(logFile, 'utf8')).toEqual({ exitCode: undefined });
  expect(ecr.passwords.size).toBe(2);
  const first = writesOf(world);
  expect(first.some((asked) => asked.startsWith('/v2/team-a/static/manifests/sha256:'))).toBe(true);
  expect(first.some((asked) => asked.startsWith('/v2/team-b/'))).toBe(false);

  plane.refuse = () => undefined;
  plane.requests.length = 0;
  expect(await ingot(...NIGHT)).toContain('1 released');
  const second = writesOf(world).filter((asked) =>
    /\/(golden|team-a)\/static\/manifests\/sha256:/.test(asked),
  );
  expect(second).toEqual([]);
  const [image] = (await machine.report()).images;
  const digests = [];
  for (const name of NAMESPACES) {
    const repository = `${world.content}/${name}/static`;
    const tags = await clientFor().listTags(repository);
    digests.push((await clientFor().headManifest(repository, parseTag('13')))?.digest);
    expect(tags.some((tag) => tag.endsWith('.sig'))).toBe(true);
  }
  expect(new Set(digests)).toEqual(new Set([image?.ref?.split('@')[1]]));

  const verified = NAMESPACES.map((name) => `${ECR_REGISTRY}/${name}/static:13`);
  await ingot('verify', '--target', 'production', 'static-13', ...verified);
  expect(await ingot('status', '--target', 'production')).toContain('static-13');

  // the first night after it keeps what it reads; from then on only the lists are asked for
  await ingot(...NIGHT);
  plane.requests.length = 0;
  ecr.calls.length = 0;
  expect(await ingot(...NIGHT)).toContain('1 unchanged');
  expect(plane.requests).toEqual([]);
  expect(callsOfRepositories(world)).toEqual(
    NAMESPACES.map((name) => [`${name}/static`, ['DescribeImages', expect.stringMatching(/Policy$/)]]),
  );

  // nothing of a password is left anywhere
  const kept = await readdir(world.env['TMPDIR']!);
  expect(kept.filter((name) => name.startsWith('ingot-login-'))).toEqual([]);
  for (const entry of await readdir(path.join(machine.folder, 'out'), {
    recursive: true,
    withFileTypes: true,
  })) {
    if (entry.isFile()) {
      expect(await readFile(path.join(entry.parentPath, entry.name), 'utf8')).not.toMatch(SECRET);
    }
  }
});
