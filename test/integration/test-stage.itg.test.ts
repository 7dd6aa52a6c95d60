import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pLimit from 'p-limit';
import { afterAll, afterEach, beforeAll, describe, expect, test as it } from 'vitest';
import { CONFIG_DEFAULTS } from '../../src/catalog/defaults.ts';
import { FactoryError } from '../../src/model/index.ts';
import type {
  BuiltImage,
  CheckResult,
  Descriptor,
  ImageId,
  Platform,
  StackExample,
  Tag,
} from '../../src/model/index.ts';
import { PORTS_PROGRAM, portsProgram, readOwnTests, test } from '../../src/stages/test/index.ts';
import { createLayerReader } from '../../src/oci/index.ts';
import type { TestDeps } from '../../src/stages/test/index.ts';
import { startTestEngine } from '../support/engine.ts';
import type { TestEngine } from '../support/engine.ts';
import { CONFINEMENT, LOOSENED } from '../support/confinement.ts';
import { EPOCH, LIBC } from '../support/golden-image.ts';
import { writeHostNodeImage } from '../support/host-node-image.ts';

const IMAGE = 'ingot-test/node:1';

let engine: TestEngine;
let folder = '';
let manifest: Descriptor;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ingot-itg-'));
  await mkdir(path.join(folder, 'example'));
  await writeFile(path.join(folder, 'example/hello.mjs'), "console.log('hello');");
  await writeFile(path.join(folder, 'example', PORTS_PROGRAM), portsProgram('linux/amd64'), { mode: 0o755 });
  const layoutDir = path.join(folder, 'layout');
  manifest = await writeHostNodeImage(layoutDir, IMAGE);
  engine = await startTestEngine();
  await engine.load(layoutDir);
});

afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

afterEach(async () => {
  expect(await engine.docker.listContainers({ all: true })).toEqual([]);
  expect((await engine.docker.listVolumes()).Volumes).toEqual([]);
  expect(await engine.docker.listImages()).toHaveLength(1);
});

const HELLO: StackExample['hello'] = { command: ['/example/hello.mjs'], stdout: 'hello\n' };

/** A server of the given behaviour when it is told to end. */
function serverScript(onStop: string): string {
  return `
    process.on('SIGTERM', () => { ${onStop} });
    const answer = (_request, response) => response.end('hello');
    require('node:http').createServer(answer).listen(8080, () => console.log('server is ready'));
  `;
}

const SERVER: StackExample['server'] = {
  command: ['--eval', serverScript('process.exit(0)')],
  ready: 'ready',
  port: 8080,
  body: 'hello',
};

const ENTRY = { id: 'node-24' as ImageId, track: '24' as Tag };

function builtWith(example: Partial<StackExample>): BuiltImage {
  const layers = [{ stack: 'node', packages: [LIBC], artifacts: [], excluded: [], epoch: EPOCH }];
  return {
    rendered: {
      locked: {
        entry: {
          ...ENTRY,
          variant: 'runtime',
          stacks: [],
          config: { ...CONFIG_DEFAULTS, entrypoint: ['/usr/bin/node'] },
          example: { packages: [], hello: HELLO, server: SERVER, ...example },
        },
        lock: { epoch: EPOCH, platforms: [{ platform: 'linux/amd64', layers }] },
      },
    },
    layoutDir: path.join(folder, 'layout'),
    platforms: [{ platform: 'linux/amd64', manifest, engineImage: IMAGE }],
  } as unknown as BuiltImage;
}

interface DepsChanges {
  readonly yaml?: string;
  readonly signal?: AbortSignal;
  readonly platform?: Platform;
}

async function depsWith(changes: DepsChanges = {}): Promise<TestDeps> {
  const { yaml, signal = new AbortController().signal, platform = 'linux/amd64' } = changes;
  const written = {
    file: 'structure-test.yaml',
    text: `schemaVersion: 2.0.0\n${yaml ?? ''}`,
    environment: { FROM_PROCESS: 'process' },
    readBeside: (file: string) => Promise.resolve(`FROM_FILE=${file}\n`),
  };
  return {
    engine: { ...engine, platform, platforms: [platform] },
    exampleDir: () => Promise.resolve(path.join(folder, 'example')),
    ownTests: await readOwnTests(ENTRY, yaml === undefined ? [] : [written]),
    buildExample: () => Promise.reject(new Error('no example has a Dockerfile')),
    containers: pLimit(4),
    readLayer: createLayerReader(),
    signal,
  };
}

async function failedChecks(example: Partial<StackExample>, yaml?: string): Promise<readonly CheckResult[]> {
  const { report } = await test(builtWith(example), await depsWith(yaml === undefined ? {} : { yaml }));
  return report.checks.filter(({ kind }) => kind === 'failed');
}

describe('the test stage on a real engine', () => {
  it('an image for another machine is not called tested', async () => {
    const { report } = await test(builtWith({}), await depsWith({ platform: 'linux/arm64' }));
    expect(report.checks.filter(({ kind }) => kind === 'failed')).toEqual([
      {
        kind: 'failed',
        check: 'runs',
        platform: 'linux/amd64',
        expected: 'an engine that runs linux/amd64',
        got: 'one for linux/arm64: `ingot local start --emulation` lets it run both',
      },
    ]);
  });

  it('a sound image passes every check, as it is shipped', async () => {
    const yaml = `
commandTests:
  - name: confinement
    command: /usr/bin/node
    args: ['--eval', ${JSON.stringify(CONFINEMENT)}]
    expectedOutput: ['^65532 65532 CapBnd:\\s+0000000000000000 NoNewPrivs:\\s+1 EROFS EROFS written\\n$']
  - name: files are kept for the next commands of a test
    setup:
      - [/usr/bin/node, --eval, "require('node:fs').writeFileSync('/tmp/x', 'kept')"]
      - [/usr/bin/node, --eval, "require('node:fs').renameSync('/tmp/x', '/home/nonroot/x')"]
    command: /usr/bin/node
    args: [--print, "require('node:fs').readFileSync('/home/nonroot/x', 'utf8')"]
    expectedOutput: [^kept]
    teardown: [[/usr/bin/node, --eval, "require('node:fs').unlinkSync('/home/nonroot/x')"]]
  - name: confinement where files are kept
    setup: [[/usr/bin/node, --version]]
    command: /usr/bin/node
    args: ['--eval', ${JSON.stringify(CONFINEMENT)}]
    expectedOutput: ['^65532 65532 CapBnd:\\s+0000000000000000 NoNewPrivs:\\s+1 EACCES EROFS written\\n$']
  - name: exit codes and both outputs where files are kept
    setup: [[/usr/bin/node, --version]]
    command: /usr/bin/node
    args: [--eval, 'console.log(1); console.error(process.env.A, process.cwd()); process.exit(7)']
    envVars: [{ key: A, value: from $PATH }]
    expectedOutput: ['^1\\n$']
    expectedError: ['^from /usr/bin /\\n$']
    exitCode: 7
  - name: exit codes and both outputs
    command: /usr/bin/node
    args: [--eval, 'console.error(process.env.A); process.exit(7)']
    envVars: [{ key: A, value: from $PATH }]
    expectedError: [from /usr/bin]
    excludedOutput: [.]
    exitCode: 7
  - name: what is not there cannot be run
    command: /bin/sh
    expectedError: [no such file]
    exitCode: 127
fileExistenceTests:
  - { name: node, path: /bin/node, permissions: -rwxr-xr-x }
`;
    const { report } = await test(builtWith({}), await depsWith({ yaml }));
    expect(report.checks.filter(({ kind }) => kind === 'failed')).toEqual([]);
    const names = report.checks.map(({ check }) => check);
    expect(names).toEqual(
      expect.arrayContaining(['no-setuid', 'runs-hello', 'runs-as-any-user', 'stops', 'stops-as-any-user']),
    );
    const executables = ['/usr/bin/hello', '/usr/bin/node'];
    const surface = { setuidFiles: [], executables, openPorts: ['8080/tcp'] };
    const packages = [{ name: 'libc6', version: LIBC.version }];
    expect(report.contents).toMatchObject([{ platform: 'linux/amd64', packages, surface }]);
  });

  it('a structure test may ask for less confinement', async () => {
    const yaml = `
containerRunOptions:
  user: '0:0'
  capabilities: [CHOWN]
  bindMounts: ['${folder}/example:/mounted:ro']
  envFile: test.env
  envVars: [FROM_PROCESS]
  allocateTty: true
  network: none
commandTests:
  - name: all of it
    command: /usr/bin/node
    args: ['--eval', ${JSON.stringify(LOOSENED)}]
    expectedOutput: ['^0 true CapBnd:\\s+0000000000000001 .listening-ports,hello.mjs test.env process lo\\r\\n$']
`;
    expect(await failedChecks({}, yaml)).toEqual([]);
  });

  it('an example that does not build is a failed check that names its file and the step', async () => {
    const message = 'cannot build "stacks/node/example/Dockerfile": RUN npm ci: npm error';
    const buildExample = () => Promise.reject(new FactoryError('BUILD_FAILED', message));
    const { report } = await test(builtWith({ app: { bases: [], port: 8080, body: 'hello' } }), {
      ...(await depsWith()),
      buildExample,
    });
    const failed = report.checks.filter(({ kind }) => kind === 'failed');
    expect(failed).toMatchObject([{ check: 'example-builds', got: message }]);
  });

  it('what is wrong is a failed check each', async () => {
    const failed = await failedChecks(
      { hello: { ...HELLO, stdout: 'good bye\n' }, server: { ...SERVER, body: 'good bye' } },
      'metadataTest: { user: root }',
    );
    const badHello = {
      expected: 'exit code 0 and "good bye\\n"',
      got: 'exit code 0, "hello\\n" and on stderr ""',
    };
    const badAnswer = { expected: '200 "good bye"', got: '200 "hello"' };
    const wrong = [
      { check: 'structure: metadata', expected: 'user root', got: '65532:65532' },
      { check: 'runs-hello', ...badHello },
      { check: 'runs-as-any-user', ...badHello },
      { check: 'serves', ...badAnswer },
      { check: 'serves-as-any-user', ...badAnswer },
    ];
    expect(failed).toEqual(wrong.map((each) => ({ kind: 'failed', platform: 'linux/amd64', ...each })));
  });

  it("a folder that only the image's own user can read fails as any user", async () => {
    const own = path.join(folder, 'example/own');
    await mkdir(own, { mode: 0o700 });
    await chown(own, 65532, 65532);
    const readOwn = "require('node:fs').readdirSync('/example/own');";
    const failed = await failedChecks({
      hello: { command: ['--eval', `${readOwn} console.log('hello')`], stdout: 'hello\n' },
      server: { ...SERVER, command: ['--eval', `${readOwn} ${serverScript('process.exit(0)')}`] },
    });
    const got = expect.stringContaining('EACCES') as string;
    expect(failed).toMatchObject([
      { check: 'runs-as-any-user', got },
      { check: 'serves-as-any-user', got },
    ]);
  });

  it.each([
    {
      summary: 'a server that ignores its stop signal',
      server: { ready: 'ready', command: ['--eval', serverScript('')] },
      check: 'stops',
      got: /had to be killed/,
    },
    {
      summary: 'a server that ends before it is ready',
      server: { ready: 'ready', command: ['--eval', 'console.log("no port"); process.exit(1)'] },
      check: 'serves',
      got: /no such line .* but "no port\\n"/,
    },
    {
      summary: 'a server that nobody can reach',
      server: { ...SERVER, command: ['--eval', 'console.log("ready"); setTimeout(() => {}, 1e6)'] },
      check: 'serves',
      got: /fetch failed/,
    },
  ])('$summary', async ({ server, check, got }) => {
    const failed = await failedChecks({ server });
    expect(failed[0]).toMatchObject({ kind: 'failed', check, got: expect.stringMatching(got) as string });
  });

  it('aborting ends what runs and leaves nothing behind', async () => {
    const abort = new AbortController();
    const server = { ready: 'ready', command: ['--eval', 'setTimeout(() => {}, 1e6)'] };
    const testing = test(builtWith({ server }), await depsWith({ signal: abort.signal }));
    const rejected = expect(testing).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect.poll(() => engine.docker.listContainers(), { timeout: 10_000 }).not.toEqual([]);
    abort.abort();
    await rejected;
  });

  it('an image the engine does not have is an operational error', async () => {
    const built = builtWith({});
    const platforms = built.platforms.map((platform) => ({ ...platform, engineImage: 'ingot-test/none:1' }));
    await expect(test({ ...built, platforms }, await depsWith())).rejects.toMatchObject({
      code: 'TEST_FAILED',
    });
  });
});
