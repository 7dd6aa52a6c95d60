import type Dockerode from 'dockerode';
import { GenericContainer, PullPolicy } from 'testcontainers';
import type { WaitStrategy } from 'testcontainers';

/** How a container of an image under test is run; nothing else differs from the image as shipped. */
export interface ContainerSettings {
  readonly image: string;
  /** Numeric `uid:gid`. */
  readonly user: string;
  /** User-defined network it is attached to; `none` for none. */
  readonly network: string;
  /** In place of the image's own; absent: as shipped. */
  readonly entrypoint?: readonly string[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Host folder mounted read-only at `/example`. */
  readonly exampleDir?: string;
  readonly port?: number;
  /** An executable file: runs in place of the image's programs, in a root that can be written. */
  readonly firstProgram?: Buffer;
  /** Where a structure test asks for less confinement. */
  readonly loosened?: Loosening;
}

export interface Loosening {
  readonly isPrivileged: boolean;
  readonly hasTerminal: boolean;
  readonly capabilities: readonly string[];
  /** `/on/host:/in/container:ro` */
  readonly bindMounts: readonly string[];
}

/** Where no image has a file. */
const FIRST_PROGRAM = '/.first-program';

/** The engine writes a container's own name to /etc/hosts only with an address of a network. */
const HOSTNAME = 'container';
const LOOPBACK = '127.0.0.1';

const TMPFS_OPTIONS = 'rw,noexec,nosuid,nodev,mode=1777';

/** A container the way a careful platform runs it: read-only root, no capabilities, no new privileges. */
export class HardenedContainer extends GenericContainer {
  #id: string | undefined;

  constructor(settings: ContainerSettings) {
    super(settings.image);
    // Testcontainers 12 has no method for it.
    this.hostConfig.ReadonlyRootfs = settings.firstProgram === undefined;
    this.withUser(settings.user)
      .withDroppedCapabilities('ALL')
      .withAddedCapabilities(...(settings.loosened?.capabilities ?? []))
      .withSecurityOpt('no-new-privileges')
      .withNetworkMode(settings.network)
      .withHostname(HOSTNAME)
      .withExtraHosts([{ host: HOSTNAME, ipAddress: LOOPBACK }])
      .withPullPolicy(PullPolicy.neverPull())
      .withEnvironment(settings.environment)
      .withWaitStrategy(new NoWait());
    this.#applyCommand(settings);
    this.#applyMounts(settings);
    this.#loosen(settings.loosened);
    if (settings.port !== undefined) {
      this.withExposedPorts(settings.port);
    }
  }

  /** Known as soon as the engine has made the container, even if it never starts. */
  get id(): string | undefined {
    return this.#id;
  }

  protected override containerCreated(containerId: string): Promise<void> {
    this.#id = containerId;
    return Promise.resolve();
  }

  #applyCommand({ entrypoint, command, firstProgram }: ContainerSettings): void {
    if (firstProgram !== undefined) {
      this.withCopyContentToContainer([{ content: firstProgram, target: FIRST_PROGRAM, mode: 0o555 }]);
      this.withEntrypoint([FIRST_PROGRAM]);
    } else if (entrypoint !== undefined) {
      this.withEntrypoint([...entrypoint]);
    }
    this.withCommand([...command]);
  }

  #applyMounts({ exampleDir, firstProgram, loosened }: ContainerSettings): void {
    const example = exampleDir === undefined ? [] : [`${exampleDir}:/example:ro`];
    this.hostConfig.Binds = [...example, ...(loosened?.bindMounts ?? [])];
    if (firstProgram === undefined) {
      this.withTmpFs({ '/tmp': TMPFS_OPTIONS });
    }
  }

  #loosen(loosened: Loosening | undefined): void {
    if (loosened?.isPrivileged === true) {
      this.withPrivilegedMode();
    }
    if (loosened?.hasTerminal === true) {
      this.createOpts.Tty = true;
    }
  }
}

/** Waiting is the caller's: the default strategy runs /bin/sh in the container, which no image has. */
class NoWait implements WaitStrategy {
  waitUntilReady(_container: Dockerode.Container): Promise<void> {
    return Promise.resolve();
  }

  withStartupTimeout(): this {
    return this;
  }

  isStartupTimeoutSet(): boolean {
    return true;
  }

  getStartupTimeout(): number {
    return 0;
  }
}
