import { join } from 'node:path';
import { FactoryError, ToolError } from '../../model/index.ts';
import type { ProcessRunner } from '../process.ts';
import { type BuildRequest, buildxArgs } from './buildx.ts';
import { type Engine, type EnginePlaces, startEngine } from './engine.ts';
import { toolEnvironment } from './tools.ts';

export { type BuildRequest, buildxArgs } from './buildx.ts';
export { assertEngineCanRun, type Engine, type EnginePlaces, engineArgs, engineConfig } from './engine.ts';
export { isUnpacked, toolEnvironment, toolsFolder, unpackDeb, type Unpacking, unpackTools } from './tools.ts';

/** The embedded builder: an engine that is started by its first use, and BuildKit in it. */
export interface Builder {
  engine(): Promise<Engine>;
  build(request: BuildRequest, signal: AbortSignal): Promise<void>;
  /** Ends the engine, if it was ever started. */
  stop(): Promise<void>;
}

export function createBuilder(
  places: EnginePlaces,
  deps: { readonly runner: ProcessRunner; readonly signal: AbortSignal },
): Builder {
  let starting: Promise<Engine> | undefined;
  function engine(): Promise<Engine> {
    starting ??= startEngine(places, deps);
    return starting;
  }
  return {
    engine,
    build: async (request, signal) => {
      const { socket } = await engine();
      await runBuildx(request, { places, socket, runner: deps.runner, signal });
    },
    stop: async () => {
      const started = await starting?.catch(() => undefined);
      await started?.stop();
    },
  };
}

interface BuildxDeps {
  readonly places: EnginePlaces;
  readonly socket: string;
  readonly runner: ProcessRunner;
  readonly signal: AbortSignal;
}

/** buildx is a plug-in that also works as a program of its own. */
async function runBuildx(request: BuildRequest, deps: BuildxDeps): Promise<void> {
  const { places, socket, runner, signal } = deps;
  const buildx = join(places.toolsDir, 'usr/libexec/docker/cli-plugins/docker-buildx');
  const env = {
    ...toolEnvironment(places.toolsDir),
    DOCKER_HOST: `unix://${socket}`,
    // the user's own configuration may name other builders and credentials
    DOCKER_CONFIG: join(places.runtimeDir, 'docker'),
    BUILDX_CONFIG: join(places.runtimeDir, 'buildx'),
  };
  try {
    await runner.run([buildx, ...buildxArgs(request)], { env, signal });
  } catch (error) {
    if (error instanceof ToolError && error.kind !== 'killed') {
      throw new FactoryError(
        'BUILD_FAILED',
        `cannot build "${request.dockerfile}": ${failedStep(error.stderrTail)}`,
        {
          hint: "the Dockerfile and its build contexts are kept in the run's folder: read the step that failed",
          cause: error,
        },
      );
    }
    throw error;
  }
}

/** BuildKit puts the step that failed and its last output between two lines of dashes; the rest is progress. */
function failedStep(stderr: string): string {
  const [, step] = stderr.split(/^-{6}$/m);
  return (step ?? stderr).trim();
}
