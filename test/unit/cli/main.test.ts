import path from 'node:path';
import { mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import packageFile from '../../../package.json' with { type: 'json' };
import { createProcessRunner } from '../../../src/host/process.ts';
import { ROOT, textOf } from '../../support/source-tree.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const MAIN = path.join(ROOT, 'src/start.js');

test('is what package.json runs, and can be run', async () => {
  expect(path.join(ROOT, packageFile.bin.ingot)).toBe(MAIN);
  expect(statSync(MAIN).mode & 0o777).toBe(0o755);
  const { stdout, stderr } = await createProcessRunner().run([process.execPath, MAIN, '--version']);
  expect({ stdout, stderr }).toEqual({ stdout: `${packageFile.version}\n`, stderr: '' });
});

test.each(['18.20.0', '22.18.0', '24.4.1'])(
  'Node %s is too old, and told so before anything is imported',
  async (old) => {
    const pretend = `Object.defineProperty(process.versions, 'node', { value: '${old}' })`;
    const run = createProcessRunner().run([
      process.execPath,
      '--import',
      `data:text/javascript,${pretend}`,
      MAIN,
    ]);
    await expect(run).rejects.toMatchObject({
      exitCode: 2,
      stderrTail: expect.stringContaining(`cannot start: expected Node 24.5 or newer, got ${old}`),
    });
    // An older Node could not read a TypeScript file, and has to be told first.
    expect(textOf('src/start.js')).not.toMatch(/^import .*'\.+\//m);
  },
);

test('a mistake of usage ends the process with 2', async () => {
  await expect(createProcessRunner().run([process.execPath, MAIN, 'nigthly'])).rejects.toMatchObject({
    exitCode: 2,
  });
});

test.each([
  { summary: 'what it says', argv: '--version >/dev/full', exitCode: 0 },
  { summary: 'what went wrong', argv: 'nigthly 2>/dev/full', exitCode: 2 },
])('a log on a full disk is no reason to end otherwise: $summary', async ({ argv, exitCode }) => {
  const script = `${process.execPath} ${MAIN} ${argv}; echo "$?"`;
  const { stdout } = await createProcessRunner().run(['/bin/sh', '-c', script]);
  expect(stdout).toBe(`${exitCode}\n`);
});

test('more than a pipe holds is written to its end', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'Dockerfile');
  writeFileSync(file, `FROM scratch\nUSER 1\n${'ADD https://example.com/x /\n'.repeat(2_000)}`);
  // Nobody reads for a while, so that the pipe fills up.
  const slow = `${process.execPath} ${MAIN} check --no-hadolint --json ${file} | (sleep 2; cat)`;
  const { stdout } = await createProcessRunner().run(['/bin/sh', '-c', slow]);
  expect(JSON.parse(stdout)).toMatchObject({ errors: 2_001 });
});

test('what Node compiled is kept in the cache, and a cache that cannot be written changes nothing', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'no-folder');
  writeFileSync(file, '');
  for (const cache of [folder, file]) {
    const env = { XDG_CACHE_HOME: cache, HOME: folder };
    const { stdout, stderr } = await createProcessRunner().run([process.execPath, MAIN, '--version'], {
      env,
    });
    expect({ stdout, stderr }).toEqual({ stdout: `${packageFile.version}\n`, stderr: '' });
  }
  expect(readdirSync(path.join(folder, 'ingot/compiled'), { recursive: true }).length).toBeGreaterThan(10);
});

describe('what is started', () => {
  const WRITTEN = new Date('2026-02-01');
  const BUNDLED = new Date('2026-03-01');
  const LATER = new Date('2026-04-01');

  interface Since {
    readonly written?: string;
    readonly removed?: string;
  }

  /** A repository in which the bundle and the sources say which of them was started. */
  async function startedAfter({ written, removed }: Since): Promise<string> {
    const folder = await temporaryFolder();
    const files = {
      'package.json': '{ "type": "module" }',
      'bundle.js': '',
      'src/start.js': textOf('src/start.js'),
      'src/main.ts': "const name: string = 'sources'; console.log(name);",
      'src/model/index.ts': '',
      'dist/main.js': "console.log('bundle');",
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      utimesSync(path.join(folder, name), WRITTEN, WRITTEN);
    }
    utimesSync(path.join(folder, 'dist/main.js'), BUNDLED, BUNDLED);
    if (written !== undefined) {
      utimesSync(path.join(folder, written), LATER, LATER);
    }
    if (removed !== undefined) {
      rmSync(path.join(folder, removed), { recursive: true });
    }
    const env = { HOME: folder, XDG_CACHE_HOME: '' };
    const argv = [process.execPath, path.join(folder, 'src/start.js')];
    return (await createProcessRunner().run(argv, { env })).stdout.trim();
  }

  test.each<{ summary: string; since: Since; started: string }>([
    { summary: 'a bundle newer than every source', since: {}, started: 'bundle' },
    { summary: 'a source was written', since: { written: 'src/model/index.ts' }, started: 'sources' },
    { summary: 'a source was removed', since: { removed: 'src/model/index.ts' }, started: 'sources' },
    { summary: 'a package was installed', since: { written: 'package.json' }, started: 'sources' },
    { summary: 'what is bundled was changed', since: { written: 'bundle.js' }, started: 'sources' },
    { summary: 'no bundle', since: { removed: 'dist' }, started: 'sources' },
  ])('$summary: the $started', async ({ since, started }) => {
    expect(await startedAfter(since)).toBe(started);
  });
});
