import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Report } from '../../../src/report/schema.ts';
import { GOOD_CATALOG, temporaryFolder, writeCatalog } from '../../support/catalog-folder.ts';
import type { TemporaryFolder } from '../../support/catalog-folder.ts';
import { runFakeCli } from '../../support/fake-factory.ts';

const NO_JSON =
  'images/node.json: line 1, column 2: expected a key in double quotes, got the end of the file';
const NODE_24 =
  'images/node.json: tracks[0].platforms[0]: expected "linux/amd64" or "linux/arm64", got "linux/arm"';
const HINT = 'docs/catalog.md explains every field';

let folder: TemporaryFolder;

beforeEach(() => {
  folder = temporaryFolder();
  writeCatalog(folder.path, GOOD_CATALOG);
});

afterEach(() => folder[Symbol.dispose]());

/** The first track of node cannot be made. */
function spoilTrack(): void {
  const { tracks, ...node } = GOOD_CATALOG['images/node.json'];
  const spoilt = [{ ...tracks[0], platforms: ['linux/arm'] }, tracks[1]];
  writeCatalog(folder.path, { 'images/node.json': { ...node, tracks: spoilt } });
}

function lastReport(): Report {
  const text = readFileSync(path.join(folder.path, 'out/latest/report.json'), 'utf8');
  return Report.parse(JSON.parse(text));
}

function outcomes({ images }: Report): readonly (readonly [string, string])[] {
  return images.map(({ id, outcome }) => [id, outcome] as const);
}

test('a broken image fails with file, field and hint, and the others are released', async () => {
  spoilTrack();
  const { exitCode, asked, stdout } = await runFakeCli(['nightly'], { cwd: folder.path });
  expect(exitCode).toBe(2);
  expect(asked).toEqual(['open local', 'nightly base-13 node-22 {}', 'close']);
  const report = lastReport();
  expect(outcomes(report)).toEqual([
    ['base-13', 'released'],
    ['node-22', 'released'],
    ['node-24', 'failed'],
  ]);
  expect(report.images.at(-1)).toMatchObject({
    stack: 'node',
    error: {
      code: 'CATALOG_INVALID',
      message: `cannot use the catalog entry: a mistake in it\n${NODE_24}`,
      hint: HINT,
    },
  });
  expect(stdout).toContain(`node-24 failed (CATALOG_INVALID)\n`);
  expect(stdout).toContain(NODE_24);
});

test('of a file that cannot be read, the name is told', async () => {
  writeCatalog(folder.path, { 'images/node.json': '{' });
  const { exitCode, stdout } = await runFakeCli(['nightly', '--json'], { cwd: folder.path });
  expect(exitCode).toBe(2);
  expect(outcomes(lastReport())).toEqual([
    ['base-13', 'released'],
    ['images/node.json', 'failed'],
  ]);
  const markdown = readFileSync(path.join(folder.path, 'out/latest/report.md'), 'utf8');
  expect(markdown).toContain('## images/node.json: failed\n\n- stages: ');
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events.find(({ kind }) => kind === 'image-ended')).toMatchObject({ image: 'images/node.json' });
});

test.each(['node', 'node-22', 'images/node.json'])(
  'where nothing of "%s" can be made, nothing is begun, and there is a report of it',
  async (name) => {
    writeCatalog(folder.path, { 'images/node.json': '{' });
    const { exitCode, asked, stderr } = await runFakeCli(['nightly', name], { cwd: folder.path });
    expect({ exitCode, asked }).toEqual({ exitCode: 2, asked: [] });
    expect(stderr).toContain(NO_JSON);
    expect(outcomes(lastReport())).toEqual([['images/node.json', 'failed']]);
  },
);

test('images that are not asked for do not fail a run', async () => {
  spoilTrack();
  const { exitCode, stderr } = await runFakeCli(['nightly', 'base', 'node-22'], { cwd: folder.path });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
});

test('what no image uses stops none, and is told', async () => {
  writeCatalog(folder.path, { 'stacks/ruby/stack.json': '{' });
  const { exitCode, asked, stderr } = await runFakeCli(['nightly'], { cwd: folder.path });
  expect({ exitCode, asked: asked[1] }).toEqual({ exitCode: 0, asked: 'nightly base-13 node-24 node-22 {}' });
  expect(stderr).toBe(
    'warning: no image uses it, but stacks/ruby/stack.json: line 1, column 2: expected a key in double quotes, got the end of the file\n',
  );
});

test('plan tells what it can, and why it cannot more', async () => {
  spoilTrack();
  const { exitCode, asked, stdout } = await runFakeCli(['plan'], { cwd: folder.path });
  expect({ exitCode, asked: asked[1] }).toEqual({ exitCode: 2, asked: 'plan base-13 node-22' });
  expect(stdout).toContain('base-13: build');
  expect(stdout).toContain(
    `node-24: failed, CATALOG_INVALID: cannot use the catalog entry: a mistake in it\n    ${NODE_24}\n  hint: ${HINT}\n`,
  );
});

test('locks of the others are written, and machines are told why one is not', async () => {
  spoilTrack();
  const { exitCode, asked, stdout } = await runFakeCli(['lock', '--json'], { cwd: folder.path });
  expect({ exitCode, asked }).toEqual({ exitCode: 2, asked: ['lock base-13 node-22'] });
  expect(JSON.parse(stdout).at(-1)).toEqual({
    kind: 'failed',
    id: 'node-24',
    error: {
      code: 'CATALOG_INVALID',
      message: `cannot use the catalog entry: a mistake in it\n${NODE_24}`,
      hint: HINT,
    },
  });
});

test('what is published of a broken image is still told, and then that it is broken', async () => {
  spoilTrack();
  const { exitCode, asked, stdout, stderr } = await runFakeCli(['status'], { cwd: folder.path });
  expect({ exitCode, asked: asked[1] }).toEqual({ exitCode: 2, asked: 'status base-13 node-22 node-24' });
  expect(stdout).toContain('node-24');
  expect(stderr).toContain(NODE_24);
});

test.each([
  { argv: ['plan', 'node-24'] },
  { argv: ['lock', 'node-24'] },
  { argv: ['local', 'load', 'node-24'] },
  { argv: ['check', '--no-hadolint'] },
])('ingot $argv does nothing', async ({ argv }) => {
  spoilTrack();
  const { exitCode, asked, stderr } = await runFakeCli(argv, { cwd: folder.path });
  expect({ exitCode, asked }).toEqual({ exitCode: 2, asked: [] });
  expect(stderr).toContain(NODE_24);
  expect(existsSync(path.join(folder.path, 'out'))).toBe(false);
});
