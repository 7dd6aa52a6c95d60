import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHost, openToolArchive, type Host } from '../../src/cli/open-host.ts';
import { createBuilder, unpackDeb } from '../../src/host/builder/index.ts';
import type { Lock } from '../../src/model/index.ts';
import { choosePackages, fetchInputs } from '../../src/stages/resolve/index.ts';
import { freshMachine, type Machine } from '../support/ingot.ts';
import { ownCatalog } from '../support/repository.ts';
import { TEST_CACHE, toolsFolder } from '../support/tools.ts';
import { startCachingMirror } from '../support/caching-mirror.ts';
import { aptBaseContext, aptDockerfile, floor, mmdebstrap, type Bench } from './competitors.ts';
import { time, timingLines, type Timing } from './timing.ts';

// Everything side by side in one run, so that the ratios hold when the machine's speed drifts.

/** One image of each kind of input, for figures that can be had in minutes. */
const FOUR = ['static-13', 'base-13', 'node-24', 'python-3.13'];

const CATALOG_RUNS = 1;
const COLD_RUNS = 3;
const IDLE_RUNS = 5;
const IMAGE = 'python-3.13';

const { signal } = new AbortController();
const report = (line: string): void => {
  console.log(line);
};

await main();

async function main(): Promise<void> {
  await toolsFolder();
  const warm = await freshMachine();
  // downloads are not what is measured: they are in every machine's cache from here on
  await warm.ingot(['nightly']);
  report(
    `${String(cpus().length)} cores, ${cpus()[0]?.model ?? 'unknown processor'}; median, range, gzip size`,
  );
  report('');
  report(
    timingLines([
      await coldTiming(warm, { images: [], name: 'the whole catalog', runs: CATALOG_RUNS }),
      await coldTiming(warm, { images: FOUR, name: 'four images', runs: COLD_RUNS }),
      await idleTiming(warm),
    ]).join('\n'),
  );
  report('');
  report(`the python image, × the floor`);
  report((await pythonTimings(warm)).join('\n'));
  await warm.remove();
}

interface ColdNight {
  /** Ids; all of the catalog without any. */
  readonly images: readonly string[];
  readonly name: string;
  readonly runs: number;
}

async function coldTiming(warm: Machine, { images, name, runs }: ColdNight): Promise<Timing> {
  let machine: Machine | undefined;
  const timing = await time(`ingot nightly, ${name}, cold (downloads aside)`, runs, {
    prepare: async () => {
      await machine?.remove();
      machine = await freshMachine(join(warm.folder, 'cache/ingot/content'));
    },
    task: async () => {
      await machine?.ingot(['nightly', ...images]);
      return undefined;
    },
  });
  await machine?.remove();
  return timing;
}

function idleTiming(warm: Machine): Promise<Timing> {
  return time('ingot nightly, the whole catalog, nothing to do', IDLE_RUNS, {
    task: async () => {
      await warm.ingot(['nightly']);
      return undefined;
    },
  });
}

async function pythonTimings(warm: Machine): Promise<readonly string[]> {
  await using closing = new AsyncDisposableStack();
  const environment = { ...process.env, XDG_CACHE_HOME: TEST_CACHE };
  const request = { environment, cwd: process.cwd(), startedAt: new Date(), emit: () => undefined, signal };
  const host = await openHost(request, {}, closing);
  const folder = await mkdtemp(join(tmpdir(), 'ingot-bench-'));
  closing.defer(() => rm(folder, { recursive: true, force: true }));
  const mirror = closing.use(await startCachingMirror(host.resolve.mirrors));
  const bench = await prepareBench(warm, host, { folder, mirror: mirror.url });
  const places = {
    toolsDir: bench.toolsDir,
    dataDir: join(folder, 'engine'),
    runtimeDir: '/run/ingot-bench',
    bridge: 'ingot-bench',
  };
  const builder = createBuilder(places, { runner: host.runner, signal });
  closing.defer(() => builder.stop());
  const engine = await builder.engine();
  const base = await aptBaseContext(bench, engine);
  const lowest = await time('floor: unpack the same .debs, gzip', COLD_RUNS, { task: () => floor(bench) });
  const stages: number[] = [];
  const ours = await time('ingot: build, run, check, scan, sign, publish', COLD_RUNS, {
    prepare: () => forgetBuilds(warm),
    task: () => makePython(warm, stages),
  });
  const others = [
    await time('apt in a Dockerfile (no tests, SBOM or signature)', COLD_RUNS, {
      task: () => aptDockerfile(bench, engine, base),
    }),
    await time('mmdebstrap (a root filesystem, no image)', COLD_RUNS, { task: () => mmdebstrap(bench) }),
  ];
  const build = { name: 'ingot: of that, the build', seconds: stages };
  return timingLines([lowest, build, ours, ...others], lowest);
}

/**
 * Nothing of the image is built or published. The toolbox is in the engine, as the base of the Dockerfile with apt
 * is: another image of the catalog brought it.
 */
async function forgetBuilds(machine: Machine): Promise<void> {
  await rm(join(machine.folder, 'cache/ingot/engine'), { recursive: true, force: true });
  await rm(machine.dataDir, { recursive: true, force: true });
  await machine.ingot(['nightly', 'static-13']);
}

async function makePython(machine: Machine, stages: number[]): Promise<number | undefined> {
  await machine.ingot(['nightly', IMAGE]);
  const { images } = await machine.report();
  const image = images.find(({ id }) => id === IMAGE);
  stages.push((image?.stages.find(({ stage }) => stage === 'build')?.ms ?? Number.NaN) / 1000);
  return image?.sizes?.compressed;
}

async function prepareBench(
  warm: Machine,
  host: Host,
  { folder, mirror }: Pick<Bench, 'folder' | 'mirror'>,
): Promise<Bench> {
  const lock = JSON.parse(
    await readFile(join(warm.folder, 'out/latest', IMAGE, 'lock.json'), 'utf8'),
  ) as Lock;
  const { packages: debs } = await fetchInputs(lock, [host.platform], host.resolve);
  const { entries } = await ownCatalog();
  const stacks = entries.find(({ id }) => id === IMAGE)?.stacks ?? [];
  return {
    runner: host.runner,
    folder,
    mirror,
    packages: stacks.flatMap((stack) => stack.packages),
    debs: [...debs.values()],
    toolsDir: host.tools.folder,
    mmdebstrap: await fetchMmdebstrap(host, folder),
  };
}

/** From the same verified archive as everything else; it needs the host's perl and apt. */
async function fetchMmdebstrap(host: Host, folder: string): Promise<string> {
  const archive = await openToolArchive(host.toolSources, host.resolve);
  const request = { suite: 'bookworm', packages: ['mmdebstrap'], closure: false, exclude: [] };
  const chosen = choosePackages(request, { archive, architecture: host.architecture, requester: 'bench' });
  const target = join(folder, 'mmdebstrap');
  await mkdir(target);
  for (const deb of (await host.resolve.packages.fetch(chosen)).values()) {
    await unpackDeb(deb, target, { signal });
  }
  return join(target, 'usr/bin/mmdebstrap');
}
