import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineName } from '../../src/cli/open-builder.ts';
import { ingotPaths } from '../../src/host/paths.ts';
import { createProcessRunner, type RunOptions } from '../../src/host/process.ts';
import { ToolError } from '../../src/model/index.ts';
import { Report } from '../../src/report/schema.ts';
import { REPOSITORY } from './repository.ts';
import { TEST_CACHE } from './tools.ts';

/** What a run left for its caller. */
export interface FinishedRun {
  readonly exitCode: number;
  readonly output: string;
  /** Milliseconds. */
  readonly ms: number;
}

/** A user's machine: folders of its own for cache, releases and keys, and ingot as the user would call it. */
export interface Machine {
  readonly folder: string;
  readonly dataDir: string;
  /** Of its engine. */
  readonly runtimeDir: string;
  readonly publicKey: string;
  /** Names its folders. */
  readonly environment: Readonly<Record<string, string>>;
  ingot(args: readonly string[], options?: IngotOptions): Promise<FinishedRun>;
  /** Fails, with what ingot said, where it exits otherwise. */
  ingotThatExits(exitCode: number, args: readonly string[]): Promise<void>;
  /** What the user types. */
  shell(script: string): Promise<FinishedRun>;
  /** Starts ingot and gives its process id, once a line that contains `until` was printed. */
  startIngot(
    args: readonly string[],
    until: string,
    env?: Readonly<Record<string, string>>,
  ): Promise<StartedIngot>;
  report(cwd?: string): Promise<Report>;
  remove(): Promise<void>;
}

export interface IngotOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Folder with another version of templates, stacks or images. */
  readonly repository?: string;
  /** Where ingot is called, and finds the catalog; without it, it is given the repository's. */
  readonly cwd?: string;
}

export interface StartedIngot {
  readonly pid: number;
  /** After it was sent a signal. */
  readonly ended: Promise<unknown>;
}

/** The whole catalog from empty caches, on two slow cores, takes a third of it. */
const RUN_TIMEOUT_MS = 3_600_000;
const runner = createProcessRunner();

/** A fresh machine; downloads of earlier tests are linked into its cache, where every use hashes them again. */
export async function freshMachine(downloads = join(TEST_CACHE, 'ingot/content')): Promise<Machine> {
  const folder = await mkdtemp(join(tmpdir(), 'ingot-machine-'));
  const cache = join(folder, 'cache');
  await mkdir(join(cache, 'ingot'), { recursive: true });
  await runner.run(['cp', '-al', downloads, join(cache, 'ingot/content')]).catch(() => undefined);
  const env = {
    XDG_CACHE_HOME: cache,
    XDG_DATA_HOME: join(folder, 'data'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_STATE_HOME: join(folder, 'state'),
  };
  return {
    folder,
    dataDir: join(folder, 'data/ingot'),
    runtimeDir: `/run/${engineName(ingotPaths(env, folder))}`,
    publicKey: join(folder, 'config/ingot/cosign.pub'),
    environment: env,
    ingot: (args, options) => runIngot(args, { env, folder, options }),
    ingotThatExits: async (exitCode, args) => {
      const ran = await runIngot(args, { env, folder });
      if (ran.exitCode !== exitCode) {
        throw new Error(`ingot ${args.join(' ')} exited with ${String(ran.exitCode)}: ${ran.output}`);
      }
    },
    shell: (script) => finish(['/bin/sh', '-c', script], { env, cwd: folder }),
    startIngot: (args, until, more) => startIngot(args, until, { env: { ...env, ...more }, folder }),
    report: async (cwd = folder) =>
      Report.parse(JSON.parse(await readFile(join(cwd, 'out/latest/report.json'), 'utf8'))),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

interface RunPlace {
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly options?: IngotOptions | undefined;
}

function command(args: readonly string[], repository = REPOSITORY): readonly string[] {
  return [process.execPath, join(repository, 'src/start.js'), '--catalog', repository, ...args];
}

function inFolder(args: readonly string[]): readonly string[] {
  return [process.execPath, join(REPOSITORY, 'src/start.js'), ...args];
}

function runIngot(args: readonly string[], { env, folder, options }: RunPlace): Promise<FinishedRun> {
  const asked = options?.cwd === undefined ? command(args, options?.repository) : inFolder(args);
  return finish(asked, { env: { ...env, ...options?.env }, cwd: options?.cwd ?? folder });
}

async function finish(argv: readonly string[], options: RunOptions): Promise<FinishedRun> {
  const startedMs = performance.now();
  try {
    const { stdout, stderr } = await runner.run(argv, { ...options, timeoutMs: RUN_TIMEOUT_MS });
    return { exitCode: 0, output: `${stdout}${stderr}`, ms: performance.now() - startedMs };
  } catch (error) {
    if (error instanceof ToolError && error.exitCode !== undefined) {
      return { exitCode: error.exitCode, output: error.stderrTail, ms: performance.now() - startedMs };
    }
    throw error;
  }
}

async function startIngot(
  args: readonly string[],
  until: string,
  { env, folder }: RunPlace,
): Promise<StartedIngot> {
  const logFile = join(folder, `ingot-${String(performance.now())}.log`);
  const child = await runner.start(command(args), { env, cwd: folder, logFile });
  for (;;) {
    const text = await readFile(logFile, 'utf8').catch(() => '');
    if (text.includes(until)) {
      return { pid: child.pid, ended: child.ended };
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The repository as a user would change it: a copy of all that a run reads. */
export async function copyRepository(folder: string): Promise<string> {
  const copy = join(folder, 'repository');
  await mkdir(copy, { recursive: true });
  const parts = ['catalog.json', 'data', 'images', 'locks', 'package.json', 'src', 'stacks', 'templates'];
  for (const part of parts) {
    await cp(join(REPOSITORY, part), join(copy, part), { recursive: true });
  }
  await symlink(join(REPOSITORY, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** Another version of a written file. */
export async function changeJson(
  file: string,
  change: (content: Record<string, unknown>) => void,
): Promise<void> {
  const content = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  change(content);
  await writeFile(file, JSON.stringify(content));
}

/** What `ingot status` says of an image. */
export async function statusOf(machine: Machine, image: string): Promise<Readonly<Record<string, unknown>>> {
  const { output } = await machine.ingot(['status', '--json']);
  const statuses = JSON.parse(output) as readonly Readonly<Record<string, unknown>>[];
  return statuses.find(({ id }) => id === image) ?? {};
}

/** Digests of a machine's last run, by image id. */
export async function releasedDigests(from: Machine): Promise<Readonly<Record<string, string>>> {
  const { images } = await from.report();
  return Object.fromEntries(images.map(({ id, ref }) => [id, ref?.split('@')[1] ?? 'none']));
}
