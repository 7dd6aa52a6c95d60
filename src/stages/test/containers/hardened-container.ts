import type Dockerode from 'dockerode';
import { GenericContainer, PullPolicy } from 'testcontainers';
import type { WaitStrategy } from 'testcontainers';

/** How a container of an image under test is run; nothing else differs from the image as shipped. */
export interface ContainerSettings {
  readonly image: string;
  /** Numeric `uid:gid`. */
  readonly user: string;
  /** User-defined network it is attached to. */
  readonly network: string;
  /** In place of the image's own; absent: as shipped. */
  readonly entrypoint?: readonly string[];
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Host folder mounted read-only at `/example`. */
  readonly exampleDir?: string;
  /** Name of a volume at `/tmp`; absent: an empty tmpfs. */
  readonly tmpVolume?: string;
  readonly port?: number;
}

const TMPFS_OPTIONS = 'rw,noexec,nosuid,nodev,mode=1777';

/** A container the way a careful platform runs it: read-only root, no capabilities, no new privileges. */
export class HardenedContainer extends GenericContainer {
  #id: string | undefined;

  constructor(settings: ContainerSettings) {
    super(settings.image);
    // Testcontainers 12 has no method for it.
    this.hostConfig.ReadonlyRootfs = true;
    this.withUser(settings.user)
      .withDroppedCapabilities('ALL')
      .withSecurityOpt('no-new-privileges')
      .withNetworkMode(settings.network)
      .withPullPolicy(PullPolicy.neverPull())
      .withEnvironment(settings.environment)
      .withWaitStrategy(new NoWait());
    this.#applyCommand(settings);
    this.#applyMounts(settings);
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

  #applyCommand({ entrypoint, command }: ContainerSettings): void {
    if (entrypoint !== undefined) {
      this.withEntrypoint([...entrypoint]);
    }
    this.withCommand([...command]);
  }

  #applyMounts({ exampleDir, tmpVolume }: ContainerSettings): void {
    if (exampleDir !== undefined) {
      this.withBindMounts([{ source: exampleDir, target: '/example', mode: 'ro' }]);
    }
    if (tmpVolume === undefined) {
      this.withTmpFs({ '/tmp': TMPFS_OPTIONS });
    } else {
      this.hostConfig.Binds = [...(this.hostConfig.Binds ?? []), `${tmpVolume}:/tmp:rw`];
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
