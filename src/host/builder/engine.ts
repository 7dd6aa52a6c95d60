import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Docker from 'dockerode';
import { FactoryError, type Platform } from '../../model/index.ts';
import { findEmulation } from '../emulation.ts';
import { foreignPlatform, platformOfHost } from '../host-platform.ts';
import type { ProcessRunner, RunningProcess } from '../process.ts';
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
  removeImage(name: string): Promise<void>;
  /** Ends the engine with all its containers and mounts. */
  stop(): Promise<void>;
}

const NETWORK = 'ingot';
const START_TIMEOUT_MS = 60_000;
const START_POLL_MS = 50;
const STOP_GRACE_MS = 20_000;
/** BuildKit keeps this much between runs. */
const KEPT_BUILD_CACHE = '8GB';

/**
 * dockerd in its own mount and process namespaces: its mounts are invisible to the host, and all it started
 * ends with it. `--pdeathsig` carries that to a kill -9 of ingot itself.
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
    builder: { gc: { enabled: true, defaultKeepStorage: KEPT_BUILD_CACHE } },
  };
}

export async function startEngine(
  places: EnginePlaces,
  deps: { readonly runner: ProcessRunner; readonly signal: AbortSignal },
): Promise<Engine> {
  assertEngineCanRun();
  // what a killed run left: sockets and state of processes that died with it
  await rm(places.runtimeDir, { recursive: true, force: true });
  await mkdir(places.runtimeDir, { recursive: true, mode: 0o700 });
  await mkdir(places.dataDir, { recursive: true, mode: 0o700 });
  const configFile = join(places.runtimeDir, 'engine.json');
  await writeFile(configFile, JSON.stringify(engineConfig(places), null, 2));
  const logFile = join(places.runtimeDir, 'engine.log');
  const running = await deps.runner.start(engineArgs(configFile), {
    // containerd makes mount points there, which a kill leaves behind
    env: { ...toolEnvironment(places.toolsDir), TMPDIR: places.runtimeDir },
    logFile,
  });
  const docker = new Docker({ socketPath: socketOf(places) });
  try {
    await untilReady(docker, running, { logFile, signal: deps.signal });
    await removeContainers(docker);
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
    removeImage: (name) => removeImage(docker, name),
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

/** Called by who would otherwise fetch and unpack much before it hears this. */
export function assertEngineCanRun(): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new FactoryError(
      'HOST_UNSUPPORTED',
      `cannot start the builder: expected root on Linux, got ${process.platform} as user ${String(process.getuid?.())}`,
      { hint: 'run ingot as root on Linux (sudo, or a container started with --privileged)' },
    );
  }
}

async function untilReady(
  docker: Docker,
  running: RunningProcess,
  { logFile, signal }: { readonly logFile: string; readonly signal: AbortSignal },
): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  const state = { ended: false };
  void running.ended.then(() => {
    state.ended = true;
  });
  while (!(await isUp(docker))) {
    signal.throwIfAborted();
    if (state.ended || performance.now() > deadline) {
      const why = state.ended ? 'it ended' : `it did not answer within ${String(START_TIMEOUT_MS / 1000)} s`;
      throw new FactoryError(
        'ENGINE_FAILED',
        `cannot start the builder: ${why}: ${await lastLines(logFile)}`,
        {
          hint: 'the builder needs root, namespaces, cgroups and overlayfs: in a container, start that with --privileged',
        },
      );
    }
    await new Promise((resolve) => setTimeout(resolve, START_POLL_MS));
  }
}

async function isUp(docker: Docker): Promise<boolean> {
  try {
    await docker.ping();
    return true;
  } catch {
    return false;
  }
}

async function lastLines(logFile: string): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-5).join('\n');
}

/** Containers of a run that was killed. */
async function removeContainers(docker: Docker): Promise<void> {
  for (const { Id } of await docker.listContainers({ all: true })) {
    await docker.getContainer(Id).remove({ force: true });
  }
}

async function ensureNetwork(docker: Docker, bridge: string): Promise<void> {
  const [existing] = await docker.listNetworks({ filters: { name: [NETWORK] } });
  if (existing === undefined) {
    await docker.createNetwork({ Name: NETWORK, Options: { 'com.docker.network.bridge.name': bridge } });
  }
}

async function removeImage(docker: Docker, name: string): Promise<void> {
  try {
    await docker.getImage(name).remove({ force: true });
  } catch (error) {
    if (!(error instanceof Error && 'statusCode' in error && error.statusCode === 404)) {
      throw error;
    }
  }
}

/** The bridge is the one thing that outlives the engine's namespaces, so it goes first. */
async function stopEngine(docker: Docker, running: RunningProcess, places: EnginePlaces): Promise<void> {
  await removeContainers(docker).catch(ignore);
  await docker.getNetwork(NETWORK).remove().catch(ignore);
  await running.stop(STOP_GRACE_MS);
  await rm(places.runtimeDir, { recursive: true, force: true });
}

/** Stopping goes on whatever fails: ending the processes is what counts. */
function ignore(): void {
  // the next start removes what is left
}
