import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHost, type Host } from '../../src/cli/open-host.ts';
import { openToolArchive } from '../../src/cli/open-resolve.ts';
import { createBuilder, unpackDeb } from '../../src/host/builder/index.ts';
import { packagesOn, type CatalogEntry, type Lock } from '../../src/model/index.ts';
import { choosePackages, fetchInputs } from '../../src/stages/resolve/index.ts';
import { startCachingMirror } from '../support/caching-mirror.ts';
import type { Machine } from '../support/ingot.ts';
import { ownCatalog } from '../support/repository.ts';
import { TEST_CACHE, toolsFolder } from '../support/tools.ts';
import { aptBaseContext, aptDockerfile, floor, mmdebstrap, type Bench, type Recipe } from './competitors.ts';
import type { Part } from './part.ts';
import { CHECKS, checkTable, imageTable, time, type ImageTiming } from './timing.ts';

const { signal } = new AbortController();

/**
 * What each runtime image takes: built by ingot, by apt in a Dockerfile on the same engine, by mmdebstrap, and at
 * least. All take their packages from this machine.
 */
export async function images(warm: Machine, named: readonly string[]): Promise<Part> {
  await using closing = new AsyncDisposableStack();
  const environment = { ...process.env, XDG_CACHE_HOME: TEST_CACHE };
  const request = { environment, cwd: process.cwd(), startedAt: new Date(), emit: () => undefined, signal };
  const host = await openHost(request, {}, closing);
  const folder = await mkdtemp(join(tmpdir(), 'ingot-bench-'));
  closing.defer(() => rm(folder, { recursive: true, force: true }));
  const places = {
    toolsDir: await toolsFolder(),
    dataDir: join(folder, 'engine'),
    runtimeDir: '/run/ingot-bench',
    bridge: 'ingot-bench',
    buildCacheBytes: 8_000_000_000,
  };
  const builder = createBuilder(places, { runner: host.runner, signal });
  closing.defer(() => builder.stop());
  const { url } = closing.use(await startCachingMirror(host.resolve.mirrors));
  const bench = {
    runner: host.runner,
    folder,
    mirror: url,
    toolsDir: places.toolsDir,
    engine: await builder.engine(),
    mmdebstrap: await fetchMmdebstrap(host, folder),
  };
  const { entries } = await ownCatalog();
  const runtime = entries.filter(
    ({ id, variant }) => variant === 'runtime' && (named.length === 0 || named.includes(id)),
  );
  // of the night before: each timing below is a night of its own
  const recipes: [CatalogEntry, Recipe][] = [];
  for (const entry of runtime) {
    recipes.push([entry, await recipeOf(entry, warm, host)]);
  }
  const timings: ImageTiming[] = [];
  for (const [entry, recipe] of recipes) {
    timings.push({
      id: entry.id,
      floor: await time(`${entry.id}: floor`, 1, { task: () => floor(bench, recipe) }),
      ...(await ourTiming(entry, warm)),
      apt: await aptTiming(bench, recipe),
      mmdebstrap: await time(`${entry.id}: mmdebstrap`, 1, { task: () => mmdebstrap(bench, recipe) }),
    });
  }
  const lines = [...imageTable(timings, MAX_MEGABYTES), '', ...checkTable(timings)];
  return { lines, misses: timings.flatMap(tooLarge) };
}

/** What a developer downloads, gzip layers for amd64. */
const MAX_MEGABYTES: Readonly<Record<string, number>> = {
  'static-13': 2,
  'base-13': 7,
  'python-3.13': 20,
  'python-3.11': 20,
  'ruby-3.3': 18,
  'php-8.4': 14,
  'node-22': 55,
  'node-24': 55,
  'node-26': 55,
  'java-jre-21': 80,
};

function tooLarge({ id, ours }: ImageTiming): readonly string[] {
  const most = MAX_MEGABYTES[id];
  const megabytes = (ours.bytes ?? Number.NaN) / 1e6;
  return most === undefined || megabytes <= most
    ? []
    : [`${id}: expected at most ${String(most)} MB, got ${megabytes.toFixed(1)}`];
}

async function recipeOf({ id, suite }: CatalogEntry, warm: Machine, host: Host): Promise<Recipe> {
  const lock = JSON.parse(await readFile(join(warm.folder, 'out/latest', id, 'lock.json'), 'utf8')) as Lock;
  const { packages, artifacts } = await fetchInputs(lock, [host.platform], host.resolve);
  return {
    id,
    suite,
    packages: askedFor(lock, host),
    debs: [...packages.values()],
    tarballs: [...artifacts.values()],
  };
}

/** What the stacks themselves name, alternatives chosen. */
function askedFor(lock: Lock, { platform }: Host): readonly string[] {
  const packages = lock.platforms.filter((locked) => locked.platform === platform).flatMap(packagesOn);
  return packages
    .filter(({ requestedBy }) => requestedBy.some((requester) => requester.startsWith('stack ')))
    .map(({ name }) => name);
}

/** The whole line is run; its report tells what the build took, and what came after the layers were read. */
async function ourTiming(entry: CatalogEntry, warm: Machine): Promise<Pick<ImageTiming, 'ours' | 'checks'>> {
  const stages: number[] = [];
  let checks = {};
  const whole = await time(`${entry.id}: ingot, the whole line`, 1, {
    prepare: () => forgetBuilds(entry, warm),
    task: async () => {
      await warm.ingotThatExits(0, ['nightly', entry.id]);
      const image = (await warm.report()).images.find(({ id }) => id === entry.id);
      const ms = (name: string): number =>
        image?.stages.find(({ stage }) => stage === name)?.ms ?? Number.NaN;
      stages.push(ms('build') / 1000);
      checks = Object.fromEntries(CHECKS.map((name) => [name, ms(name)]));
      return image?.sizes?.compressed;
    },
  });
  return { ours: { ...whole, seconds: stages }, checks };
}

/**
 * Nothing of the image is built or published, but what it stands on is in the engine, as the base of the Dockerfile
 * with apt is: the toolbox, and the layers of "base".
 */
async function forgetBuilds(entry: CatalogEntry, machine: Machine): Promise<void> {
  await rm(join(machine.folder, 'cache/ingot/engine'), { recursive: true, force: true });
  await rm(machine.dataDir, { recursive: true, force: true });
  const below = imageBelow(entry);
  if (below !== undefined) {
    await machine.ingotThatExits(0, ['nightly', below]);
  }
}

/** Of another language where a Debian release has no "base"; below "static" is nothing. */
function imageBelow({ id, suite }: CatalogEntry): string | undefined {
  if (suite === 'bookworm') {
    return id === 'python-3.11' ? 'java-jre-17' : 'python-3.11';
  }
  const below: Readonly<Record<string, string | undefined>> = {
    'static-13': undefined,
    'base-13': 'static-13',
  };
  return id in below ? below[id] : 'base-13';
}

async function aptTiming(bench: Bench, recipe: Recipe): Promise<ImageTiming['apt']> {
  const base = await aptBaseContext(bench, recipe);
  return time(`${recipe.id}: apt in a Dockerfile`, 1, { task: () => aptDockerfile(bench, recipe, base) });
}

/** From the same verified archive as everything else; it needs the host's perl and apt. */
async function fetchMmdebstrap(host: Host, folder: string): Promise<string> {
  const archive = openToolArchive(host.resolve);
  const request = { suite: 'bookworm', packages: ['mmdebstrap'], closure: false, exclude: [] };
  const chosen = await choosePackages(request, {
    archive,
    architecture: host.architecture,
    requester: 'bench',
  });
  const target = join(folder, 'mmdebstrap');
  await mkdir(target);
  for (const deb of (await host.resolve.packages.fetch(chosen)).values()) {
    await unpackDeb(deb, target, { signal });
  }
  return join(target, 'usr/bin/mmdebstrap');
}
