import { dirname, join } from 'node:path';
import { FactoryError, ToolError } from '../../model/index.ts';
import type { ProcessRunner } from '../process.ts';
import { type BuildRequest, buildxArgs } from './buildx.ts';
import { toolEnvironment } from './tools.ts';

export interface BuildxDeps {
  readonly toolsDir: string;
  /** The engine's, in a folder of its own. */
  readonly socket: string;
  readonly runner: ProcessRunner;
  readonly signal: AbortSignal;
}

/** buildx is a plug-in that also works as a program of its own. */
export async function runBuildx(request: BuildRequest, deps: BuildxDeps): Promise<void> {
  const { toolsDir, socket, runner, signal } = deps;
  const folder = dirname(socket);
  const buildx = join(toolsDir, 'usr/libexec/docker/cli-plugins/docker-buildx');
  const env = {
    ...toolEnvironment(toolsDir),
    DOCKER_HOST: `unix://${socket}`,
    // the user's own surroundings may name other engines, builders and credentials
    DOCKER_CONTEXT: '',
    DOCKER_TLS_VERIFY: '',
    DOCKER_CONFIG: join(folder, 'docker'),
    BUILDX_CONFIG: join(folder, 'buildx'),
  };
  try {
    await withRetries(() => runner.run([buildx, ...buildxArgs(request)], { env, signal }));
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

/**
 * BuildKit's solver loses steps that builds at the same time share (moby/buildkit#2303). Nothing of the build is
 * wrong; what it has done is in the cache.
 */
const LOST_STEP = 'inconsistent graph state';
const TRIES = 3;

async function withRetries<T>(build: () => Promise<T>, tries = TRIES): Promise<T> {
  try {
    return await build();
  } catch (error) {
    if (tries > 1 && error instanceof ToolError && error.stderrTail.includes(LOST_STEP)) {
      return withRetries(build, tries - 1);
    }
    throw error;
  }
}

/** BuildKit puts the step that failed and its last output between two lines of dashes; the rest is progress. */
function failedStep(stderr: string): string {
  const [, step] = stderr.split(/^-{6}$/m);
  return (step ?? stderr).trim();
}
