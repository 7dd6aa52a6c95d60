import { dirname, join } from 'node:path';
import { FactoryError, storageFailure, ToolError } from '../../model/index.ts';
import type { ProcessRunner } from '../process.ts';
import { type BuildRequest, buildxArgs } from './buildx.ts';
import { toolEnvironment } from './tools.ts';
import type { Turns } from './turns.ts';

export interface BuildxDeps {
  readonly toolsDir: string;
  /** The engine's, in a folder of its own. */
  readonly socket: string;
  readonly runner: ProcessRunner;
  /** Of all builds on the engine. */
  readonly turns: Turns;
  readonly signal: AbortSignal;
}

/** buildx is a plug-in that also works as a program of its own. */
export async function runBuildx(request: BuildRequest, deps: BuildxDeps): Promise<void> {
  const { toolsDir, socket, runner, turns, signal } = deps;
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
    await inTurn(() => runner.run([buildx, ...buildxArgs(request)], { env, signal }), turns);
  } catch (error) {
    if (error instanceof ToolError && error.kind !== 'killed') {
      throw buildFailure(request, error);
    }
    throw error;
  }
}

function buildFailure({ dockerfile }: BuildRequest, cause: ToolError): FactoryError {
  const failure = new FactoryError(
    'BUILD_FAILED',
    `cannot build "${dockerfile}": ${failedStep(cause.stderrTail)}`,
    {
      hint: "the Dockerfile and its build contexts are kept in the run's folder: read the step that failed",
      cause,
    },
  );
  // nothing is wrong with the Dockerfile then
  return storageFailure(failure) ?? failure;
}

/**
 * BuildKit's solver loses steps that builds at the same time have in common, again and again while they last
 * (moby/buildkit#2303). Nothing is wrong with the build; what it has done is in the cache.
 */
const LOST_STEP = 'inconsistent graph state';

async function inTurn<T>(build: () => Promise<T>, turns: Turns): Promise<T> {
  try {
    return await turns.together(build);
  } catch (error) {
    if (isLostStep(error)) {
      return turns.alone(build);
    }
    throw error;
  }
}

function isLostStep(error: unknown): boolean {
  return error instanceof ToolError && error.stderrTail.includes(LOST_STEP);
}

/**
 * BuildKit puts the step that failed and its last output between two lines of dashes; the rest is progress. A step that
 * runs nothing has no output: the last line says why it failed.
 */
function failedStep(stderr: string): string {
  const [, step = stderr] = stderr.split(/^-{6}$/m);
  const text = step.trim();
  return text.endsWith(':') ? `${text} ${stderr.trim().split('\n').at(-1) ?? ''}` : text;
}
