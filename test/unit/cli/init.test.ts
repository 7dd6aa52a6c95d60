import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCatalogTemplates } from '../../../src/cli/catalog-templates.ts';
import { openCatalog } from '../../../src/cli/open-catalog.ts';
import { FactoryError } from '../../../src/model/index.ts';
import { temporaryFolder, writeCatalog, type TemporaryFolder } from '../../support/catalog-folder.ts';
import { runFakeCli } from '../../support/fake-factory.ts';

let folder: TemporaryFolder;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(() => folder[Symbol.dispose]());

function textOf(name: string): string {
  return readFileSync(path.join(folder.path, name), 'utf8');
}

describe('ingot init', () => {
  test('starts a catalog that can be used at once', async () => {
    const { exitCode, stdout } = await runFakeCli(['init', 'golden'], { cwd: folder.path });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('wrote .github/workflows/nightly.yml\n');
    const catalog = await openCatalog(path.join(folder.path, 'golden'), {
      emit: () => undefined,
      startedAt: new Date('2026-11-23T21:45:30Z'),
    });
    expect(catalog.entries.map(({ id }) => id)).toEqual(['base-13']);
    expect(catalog.teams.map(({ images }) => images)).toEqual([[{ name: 'base' }]]);
  });

  test('completes a catalog, and overwrites nothing', async () => {
    await runFakeCli(['init'], { cwd: folder.path });
    writeFileSync(path.join(folder.path, 'README.md'), 'ours');
    writeCatalog(folder.path, { 'renovate.json': undefined });
    const { stdout } = await runFakeCli(['init', '--json'], { cwd: folder.path });
    const { written, kept } = JSON.parse(stdout) as Record<'written' | 'kept', string[]>;
    expect({ written, isKept: kept.includes('README.md') }).toEqual({ written: [], isKept: true });
    expect(textOf('README.md')).toBe('ours');
  });

  test('leaves the folder of something else alone', async () => {
    writeFileSync(path.join(folder.path, 'package.json'), '{}');
    const { exitCode, stderr } = await runFakeCli(['init'], { cwd: folder.path });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('expected an empty folder or one with a catalog.json, got "package.json"');
    expect(readdirSync(folder.path)).toEqual(['package.json']);
  });

  test('a repository that was just made is empty', async () => {
    writeCatalog(folder.path, { '.git/HEAD': 'ref: refs/heads/main\n' });
    expect((await runFakeCli(['init'], { cwd: folder.path })).exitCode).toBe(0);
  });
});

describe('ingot init image', () => {
  beforeEach(async () => {
    await runFakeCli(['init'], { cwd: folder.path });
  });

  async function initImage(...argv: string[]): Promise<{ exitCode: number; stderr: string }> {
    const result = await runFakeCli(['init', 'image', ...argv], { cwd: folder.path });
    return { exitCode: result.exitCode, stderr: result.stderr };
  }

  test.each([
    [['x', '--extends', 'pyton'], 'cannot extend the stack "pyton": unknown stack, did you mean "python"?'],
    [['x', '--extends', 'glibc'], 'expected an image of it whose tracks are taken over, got none'],
    [['x', '--extends', 'node', '--suite', 'bookworm'], 'expected the suite "trixie", got "bookworm"'],
    [['base', '--extends', 'python'], 'cannot add the image: expected no images/base.json, got one already'],
    [
      ['X', '--extends', 'python'],
      'expected a name of lower-case letters, digits and single dashes, got "X"',
    ],
    [['../x', '--extends', 'python'], 'cannot add the image: expected a name'],
  ])('%j is refused, and leaves nothing behind', async (argv, message) => {
    const { exitCode, stderr } = await initImage(...argv);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(message) as string });
    expect(stderr).toContain('\n  hint: ');
    expect(readdirSync(path.join(folder.path, 'images'))).toEqual(['base.json']);
    expect(existsSync(path.join(folder.path, 'stacks/x'))).toBe(false);
  });

  test('outside of a catalog there is nothing to add to', async () => {
    using elsewhere = temporaryFolder();
    const { stderr } = await runFakeCli(['init', 'image', 'x', '--extends', 'python'], {
      cwd: elsewhere.path,
    });
    expect(stderr).toContain('cannot add an image: expected a catalog in this folder, got none');
  });

  test('where one track cannot be locked, the lock of the other is not there either', async () => {
    const locked: string[] = [];
    const { exitCode } = await runFakeCli(['init', 'image', 'x', '--extends', 'node'], {
      cwd: folder.path,
      relockImages: async ({ catalog, entries: [first, ...others] }) => {
        writeCatalog(catalog.folder, { [`locks/${first!.id}.json`]: {} });
        locked.push(...readdirSync(path.join(catalog.folder, 'locks')));
        const error = new FactoryError('PACKAGE_NOT_FOUND', 'cannot find package');
        return others.map(({ id }) => ({ kind: 'failed', id, error }));
      },
    });
    expect({ exitCode, locked }).toEqual({ exitCode: 3, locked: ['x-22.json'] });
    expect(readdirSync(path.join(folder.path, 'locks'))).toEqual([]);
  });

  test('what could not be locked is not there', async () => {
    // the stand-in for the archive writes no lock
    const { stderr } = await initImage('x', '--extends', 'python', '--package', 'libpq5');
    expect(stderr).toContain('locks/x-3.13.json');
    expect(readdirSync(path.join(folder.path, 'images'))).toEqual(['base.json']);
  });
});

describe('steps of a catalog', () => {
  test('are beside those that came with ingot', async () => {
    writeCatalog(folder.path, { 'templates/steps/motd.hbs': 'echo hi' });
    const templates = await readCatalogTemplates(folder.path);
    expect(templates.get('partials/steps/motd')).toBe('echo hi');
    expect(templates.has('partials/steps/ca-certificates')).toBe(true);
  });

  test('replace none of them', async () => {
    writeCatalog(folder.path, { 'templates/steps/ca-certificates.hbs': 'true' });
    const templates = await readCatalogTemplates(folder.path);
    expect(templates.get('partials/steps/ca-certificates')).not.toBe('true');
  });
});
