import type Dockerode from 'dockerode';
import type { Platform } from '../../../model/index.ts';
import type { StartedTestContainer } from 'testcontainers';
import type { ContainerSettings, HardenedContainer } from './hardened-container.ts';

/** The engine that has the image under test. */
export interface TestEngine {
  /** Absolute path of its socket. */
  readonly socket: string;
  /** The machine's own. */
  readonly platform: Platform;
  /** What it can run: its own, and what its kernel emulates. */
  readonly platforms: readonly Platform[];
  /** Where its containers find a folder of this host. */
  readonly share: (folder: string) => Promise<string>;
  /** Where this host finds a port that a container publishes. */
  readonly reach: (port: number) => Promise<number>;
  /** User-defined bridge network: the engine's default bridge is off. */
  readonly network: string;
}

/** What is used of Testcontainers. */
export interface Testcontainers {
  readonly docker: Dockerode;
  readonly create: (settings: ContainerSettings) => HardenedContainer;
  /** Fails after `timeoutMs`, or when the container ends before the line appears. */
  readonly waitForLine: (container: Dockerode.Container, text: string, timeoutMs: number) => Promise<void>;
}

export type { StartedTestContainer };

/** Loads Testcontainers when it is first used: loading it takes longer than running a container. */
export async function loadTestcontainers(engine: TestEngine): Promise<Testcontainers> {
  // It takes its settings from the environment only, and reads them once a process.
  process.env['DOCKER_HOST'] = `unix://${engine.socket}`;
  // Ryuk is an image to pull; every container is removed by its runner instead.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  // Ports are published on this host: no search for another one, which would start a container.
  process.env['TESTCONTAINERS_HOST_OVERRIDE'] = '127.0.0.1';
  const { BoundPorts, Wait, getContainerRuntimeClient } = await import('testcontainers');
  const { HardenedContainer: Hardened } = await import('./hardened-container.ts');
  const client = await getContainerRuntimeClient();
  return {
    docker: client.container.dockerode,
    create: (settings) => new Hardened(settings),
    waitForLine: (container, text, timeoutMs) =>
      Wait.forLogMessage(text).withStartupTimeout(timeoutMs).waitUntilReady(container, new BoundPorts()),
  };
}
