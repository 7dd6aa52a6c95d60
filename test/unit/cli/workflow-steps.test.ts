import { chmod, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { createProcessRunner } from '../../../src/host/process.ts';
import { REPOSITORY } from '../../support/repository.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { readWorkflow, runStep } from '../../support/workflow.ts';

const WORKFLOWS = path.join(REPOSITORY, 'data/new-catalog/.github/workflows');
const NIGHTLY = await readWorkflow(path.join(WORKFLOWS, 'nightly.yml'));
const PULL_REQUEST = await readWorkflow(path.join(WORKFLOWS, 'pull-request.yml'));

/** The most characters that GitHub takes in a comment. */
const COMMENT_LIMIT = 65_536;

/** Notes how it was called, and answers with the ids of our comments. */
const GH = '#!/bin/sh\necho "$*" >>"$GH_LOG"\ncase "$*" in *--paginate*) printf "$GH_FOUND" ;; esac\n';

let folder: string;
let env: Readonly<Record<string, string>>;

beforeEach(async () => {
  folder = await temporaryFolder();
  for (const name of ['home', 'temp', 'bin', 'work/locks']) {
    await mkdir(path.join(folder, name), { recursive: true });
  }
  await writeFile(path.join(folder, 'bin/gh'), GH);
  await chmod(path.join(folder, 'bin/gh'), 0o755);
  env = {
    HOME: path.join(folder, 'home'),
    XDG_CONFIG_HOME: '',
    PATH: `${path.join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    RUNNER_TEMP: path.join(folder, 'temp'),
    GITHUB_WORKSPACE: path.join(folder, 'work'),
    GITHUB_STEP_SUMMARY: path.join(folder, 'summary.md'),
    GH_LOG: path.join(folder, 'gh.log'),
    GH_REPO: 'example/golden-images',
    NUMBER: '7',
    RUN: 'https://example.com/runs/1',
  };
});

function step(workflow: typeof NIGHTLY, name: string, more: Readonly<Record<string, string>> = {}) {
  return runStep(workflow, name, { cwd: path.join(folder, 'work'), env: { ...env, ...more } });
}

function textOf(name: string): Promise<string> {
  return readFile(path.join(folder, name), 'utf8');
}

describe('keys', () => {
  test('the private one is in a file of its user, and nowhere else', async () => {
    const { stdout, stderr } = await step(NIGHTLY, 'signing key', { COSIGN_KEY: 'a\nsecret' });
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
    expect(await textOf('home/.config/ingot/cosign.key')).toBe('a\nsecret\n');
    const { mode } = await stat(path.join(folder, 'home/.config/ingot/cosign.key'));
    expect((mode & 0o777).toString(8)).toBe('600');
  });

  test('no secret makes no file: ingot says what to do', async () => {
    await step(NIGHTLY, 'signing key', { COSIGN_KEY: '' });
    expect(await readdir(path.join(folder, 'home/.config/ingot'))).toEqual([]);
  });

  test('the public one is where ingot looks for it', async () => {
    const config = path.join(folder, 'config');
    await step(PULL_REQUEST, 'public key', { COSIGN_PUBLIC_KEY: 'public', XDG_CONFIG_HOME: config });
    expect(await textOf('config/ingot/cosign.pub')).toBe('public\n');
  });
});

describe('release notes', () => {
  /** Knows one release, and notes what it is asked. */
  const GH_RELEASES =
    '#!/bin/sh\necho "$*" >>"$GH_LOG"\ncase "$*" in "release view known-"*) ;; "release view"*) exit 1 ;; esac\n';

  test('are made of what was released, once, under the name that update bots look for', async () => {
    await writeFile(path.join(folder, 'bin/gh'), GH_RELEASES);
    const images = [
      {
        id: 'python-3.13',
        ref: 'r.io/golden/python@sha256:1',
        tags: ['3.13.5.202611210312', '3.13'],
        changes: {},
      },
      { id: 'known-1', ref: 'r.io/golden/known@sha256:1', tags: ['1.0.0.202611210312', '1'], changes: {} },
      { id: 'node-24', ref: 'r.io/golden/node@sha256:1', tags: ['24', '24'], changes: null },
    ];
    for (const { id } of images) {
      await mkdir(path.join(folder, 'work/out/latest', id), { recursive: true });
      await writeFile(path.join(folder, 'work/out/latest', id, 'changes.md'), `# ${id}\n`);
    }
    await writeFile(path.join(folder, 'work/out/latest/report.json'), JSON.stringify({ images }));
    await step(NIGHTLY, 'release notes', { GITHUB_SHA: 'abc' });
    expect((await textOf('gh.log')).trim().split('\n')).toEqual([
      'release view python-3.13.5.202611210312',
      'release create python-3.13.5.202611210312 --target abc --title python-3.13 3.13.5.202611210312 --notes-file notes.md --latest=false',
      'release view known-1.0.0.202611210312',
    ]);
  });
});

describe('comment', () => {
  async function git(...args: readonly string[]): Promise<void> {
    const author = ['-c', 'user.name=nobody', '-c', 'user.email=nobody@example.com'];
    await createProcessRunner().run(['git', ...author, ...args], { cwd: path.join(folder, 'work') });
  }

  async function writeLocks(locks: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(locks)) {
      await writeFile(path.join(folder, 'work/locks', name), text);
    }
  }

  /** The merge of a pull request that brings locks of its own, as it is checked out. */
  async function checkOut(base: Readonly<Record<string, string>>): Promise<void> {
    await git('init', '--quiet');
    await writeLocks(base);
    await git('add', '.');
    await git('commit', '--quiet', '--allow-empty', '--message=base');
    await writeLocks({ 'base-13.json': 'libc6 3\n', 'perl-5.40.json': 'perl-base 1\n' });
    await git('add', '.');
    await git('commit', '--quiet', '--message=merge');
    await step(PULL_REQUEST, "begin with the base's locks");
  }

  async function writeAnswers(plan: string): Promise<void> {
    await writeFile(path.join(folder, 'temp/locks.md'), '# Locks\n\n1 changed, 1 new.\n');
    await writeFile(path.join(folder, 'temp/plan.txt'), plan);
  }

  test('shows what differs from the locks of the base, the pull request’s own included', async () => {
    await checkOut({ 'base-13.json': 'libc6 2\n' });
    expect(await readdir(path.join(folder, 'work/locks'))).toEqual(['base-13.json']);
    expect(await textOf('work/locks/base-13.json')).toBe('libc6 2\n');
    await writeLocks({ 'base-13.json': 'libc6 3\n', 'perl-5.40.json': 'perl-base 1\n' });
    await writeAnswers('perl-5.40: build cdcdcdcdcdcd, the first release\n');
    await step(PULL_REQUEST, 'write the comment');
    await expect(await textOf('temp/comment.md')).toMatchFileSnapshot('../../golden/report/pull-request.md');
    expect(await textOf('summary.md')).toBe(await textOf('temp/comment.md'));
  });

  test('is written where the base has no locks, and nothing could be done', async () => {
    await checkOut({});
    await step(PULL_REQUEST, 'write the comment');
    const comment = await textOf('temp/comment.md');
    expect(comment.match(/There is none: a step before it failed\./g)).toHaveLength(2);
    expect(comment).not.toContain('\n+');
  });

  test('is cut where GitHub would refuse it, and says where the rest is', async () => {
    await checkOut({});
    await writeLocks({ 'perl-5.40.json': 'ä package\n'.repeat(10_000) });
    await writeAnswers('perl-5.40: build\n');
    await step(PULL_REQUEST, 'write the comment');
    const [comment, whole] = [await textOf('temp/comment.md'), await textOf('temp/whole.md')];
    expect(Buffer.byteLength(whole)).toBeGreaterThan(COMMENT_LIMIT);
    expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(COMMENT_LIMIT);
    expect(comment.split('\n').slice(-5)).toEqual([
      '+ä package',
      '```',
      '',
      'Cut at 65,536 characters, the most that GitHub takes. All of it is in the artifact of [this run](https://example.com/runs/1).',
      '',
    ]);
  });

  test('takes the place of the last one', async () => {
    await step(PULL_REQUEST, 'comment', { GH_FOUND: '' });
    await step(PULL_REQUEST, 'comment', { GH_FOUND: '11\\n12\\n' });
    const [, created, , updated] = (await textOf('gh.log')).trim().split('\n');
    const file = path.join(folder, 'temp/comment.md');
    expect(created).toBe(`pr comment 7 --body-file ${file}`);
    expect(updated).toBe(
      `api --silent --method PATCH repos/example/golden-images/issues/comments/12 --field body=@${file}`,
    );
  });
});
