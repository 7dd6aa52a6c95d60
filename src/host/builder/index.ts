import type { ProcessRunner } from '../process.ts';
import type { BuildRequest } from './buildx.ts';
import { startContainerEngine, type ContainerPlaces } from './container-engine.ts';
import { type Engine, type EnginePlaces, startEngine } from './engine.ts';
import { runBuildx } from './run-buildx.ts';
import { createTurns } from './turns.ts';

export { type BuildRequest, buildxArgs } from './buildx.ts';
export {
  containerSettings,
  type ContainerPlaces,
  type ContainerRoot,
  removeContainerBuilder,
} from './container-engine.ts';
export { canEmbed, type Engine, type EnginePlaces, engineArgs, engineConfig } from './engine.ts';
export { isUnpacked, toolEnvironment, toolsFolder, unpackDeb, type Unpacking, unpackTools } from './tools.ts';

/** BuildKit at the version of the lock, in an engine of ours that is started by its first use. */
export interface Builder {
  engine(): Promise<Engine>;
  build(request: BuildRequest, signal: AbortSignal): Promise<void>;
  /** Ends the engine, if it was ever started. */
  stop(): Promise<void>;
}

export interface BuilderDeps {
  readonly runner: ProcessRunner;
  readonly signal: AbortSignal;
}

/** The engine runs on this host, which has to be Linux, as root. */
export function createBuilder(places: EnginePlaces, deps: BuilderDeps): Builder {
  return builderOf(places.toolsDir, deps, () => startEngine(places, deps));
}

/** The same engine runs as a privileged container of the user's. */
export function createContainerBuilder(places: ContainerPlaces, deps: BuilderDeps): Builder {
  return builderOf(places.toolsDir, deps, () => startContainerEngine(places, deps.signal));
}

function builderOf(toolsDir: string, { runner }: BuilderDeps, start: () => Promise<Engine>): Builder {
  const turns = createTurns();
  let starting: Promise<Engine> | undefined;
  function engine(): Promise<Engine> {
    starting ??= start();
    return starting;
  }
  return {
    engine,
    build: async (request, signal) => {
      const { socket } = await engine();
      await runBuildx(request, { toolsDir, socket, runner, turns, signal });
    },
    stop: async () => {
      const started = await starting?.catch(() => undefined);
      await started?.stop();
    },
  };
}
