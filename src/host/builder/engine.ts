import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { writeWhole } from '../../files/index.ts';
import type { Platform } from '../../model/index.ts';
import { findEmulation } from '../emulation.ts';
import { foreignPlatform, platformOfHost } from '../host-platform.ts';
import type { ProcessRunner, RunningProcess } from '../process.ts';
import { engineAt } from '../user-engine.ts';
import {
  ensureNetwork,
  NETWORK,
  pruneBuildCache,
  removeContainers,
  removeImages,
  untilReady,
} from './engine-api.ts';
import { toolEnvironment } from './tools.ts';

/** Where one engine lives. The runtime folder's path is short: a Unix socket's has 108 bytes at most. */
export interface EnginePlaces {
  /** Unpacked tools. */
  readonly toolsDir: string;
  /** Images and BuildKit's cache; kept between runs. */
  readonly dataDir: string;
  /** Socket and runtime state; made anew by every start. */
  readonly runtimeDir: string;
  /** Name of the bridge, 15 characters at most, so that no other engine's is touched. */
  readonly bridge: string;
  /** What BuildKit may keep between runs. */
  readonly buildCacheBytes: number;
}

/** A Docker engine of ingot's own. */
export interface Engine {
  readonly socket: string;
  /** The machine's own. */
  readonly platform: Platform;
  /** Whose programs it runs: its own, and what its kernel emulates. */
  readonly platforms: readonly Platform[];
  /** Network that containers are attached to; the default bridge is off. */
  readonly network: string;
  /** Where containers find a folder of this host, for a mount; it does not change while the engine runs. */
  share(folder: string): Promise<string>;
  /** Where this host finds a port that a container publishes. */
  reach(port: number): Promise<number>;
  /** Ends the engine with all its containers and mounts. */
  stop(): Promise<void>;
}

const HINT =
  'the builder needs root, namespaces, cgroups and overlayfs: in a container, start that with --privileged';
const STOP_GRACE_MS = 20_000;

/**
 * dockerd in its own mount and process namespaces: its mounts are invisible to the host, and all it started
 * ends with it. `--pdeathsig` carries that to a kill -9 of ingot itself. tini takes leave of the containers' shims,
 * which count towards a limit of processes until somebody does.
 */
export function engineArgs(configFile: string): readonly string[] {
  return [
    'setpriv',
    '--pdeathsig=KILL',
    'unshare',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
    'tini-static',
    '--',
    'dockerd',
    `--config-file=${configFile}`,
  ];
}

/** https://docs.docker.com/reference/cli/dockerd/#daemon-configuration-file */
export function engineConfig(places: EnginePlaces): object {
  return {
    'data-root': places.dataDir,
    'exec-root': join(places.runtimeDir, 'exec'),
    pidfile: join(places.runtimeDir, 'engine.pid'),
    hosts: [`unix://${socketOf(places)}`],
    // the image store keeps manifests as built, so what runs is what is pushed
    features: { 'containerd-snapshotter': true },
    // the host's firewall and docker0 are not ours
    iptables: false,
    ip6tables: false,
    'ip-masq': false,
    bridge: 'none',
    builder: { gc: { enabled: true, defaultKeepStorage: `${String(places.buildCacheBytes)}B` } },
  };
}

export async function startEngine(
  places: EnginePlaces,
  deps: { readonly runner: ProcessRunner; readonly signal: AbortSignal },
): Promise<Engine> {
  // what a killed run left: sockets and state of processes that died with it
  await rm(places.runtimeDir, { recursive: true, force: true });
  await mkdir(places.runtimeDir, { recursive: true, mode: 0o700 });
  await mkdir(places.dataDir, { recursive: true, mode: 0o700 });
  const configFile = join(places.runtimeDir, 'engine.json');
  await writeWhole(configFile, JSON.stringify(engineConfig(places), null, 2));
  const logFile = join(places.runtimeDir, 'engine.log');
  const running = await deps.runner.start(engineArgs(configFile), {
    // containerd makes mount points there, which a kill leaves behind
    env: { ...toolEnvironment(places.toolsDir), TMPDIR: places.runtimeDir },
    logFile,
  });
  const docker = await engineAt(socketOf(places));
  try {
    await untilReady(docker, { ended: running.ended, logFile, hint: HINT }, deps.signal);
    await removeContainers(docker);
    await removeImages(docker);
    await ensureNetwork(docker, places.bridge);
  } catch (error) {
    await running.stop(STOP_GRACE_MS);
    throw error;
  }
  return {
    socket: socketOf(places),
    platform: platformOfHost(),
    platforms: await runnablePlatforms(),
    network: NETWORK,
    share: (folder) => Promise.resolve(folder),
    reach: (port) => Promise.resolve(port),
    stop: () => stopEngine(docker, running, places),
  };
}

/** Emulation is used where the kernel has it; who registers one is asked first, by `ingot local start`. */
async function runnablePlatforms(): Promise<readonly Platform[]> {
  const emulation = await findEmulation(foreignPlatform());
  return emulation === undefined ? [platformOfHost()] : [platformOfHost(), emulation.platform];
}

function socketOf(places: EnginePlaces): string {
  return join(places.runtimeDir, 'docker.sock');
}

/** Namespaces and mounts are root's. */
export function canEmbed(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0;
}

/** The bridge is the one thing that outlives the engine's namespaces, so it goes first. */
async function stopEngine(docker: Docker, running: RunningProcess, places: EnginePlaces): Promise<void> {
  await removeContainers(docker).catch(ignore);
  await removeImages(docker).catch(ignore);
  await pruneBuildCache(docker, places.buildCacheBytes).catch(ignore);
  await docker.getNetwork(NETWORK).remove().catch(ignore);
  await running.stop(STOP_GRACE_MS);
  await rm(places.runtimeDir, { recursive: true, force: true });
}

/** Stopping goes on whatever fails: ending the processes is what counts. */
function ignore(): void {
  // the next start removes what is left
}
