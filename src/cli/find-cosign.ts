import path from 'node:path';
import type { ProcessRunner } from '../host/process.ts';
import { ToolError } from '../model/index.ts';
import type { LocalRequest } from './factory.ts';
import { openProcesses } from './open-network.ts';

/** cosign, and what it is run with. */
export interface Cosign {
  readonly processes: ProcessRunner;
  /** Path of the program. */
  readonly cosign: string;
  readonly signal: AbortSignal;
}

export async function openCosign(request: LocalRequest): Promise<Cosign> {
  const processes = openProcesses(request);
  return { processes, cosign: await findCosign(request, processes), signal: request.signal };
}

/** cosign on PATH, which the organisation has chosen; else the one that comes with the builder. */
async function findCosign(request: LocalRequest, processes: ProcessRunner): Promise<string> {
  try {
    await processes.run(['cosign', 'version'], { signal: request.signal });
    return 'cosign';
  } catch (error) {
    if (!(error instanceof ToolError && error.kind === 'spawn-failed')) {
      throw error;
    }
  }
  await using closing = new AsyncDisposableStack();
  const { openHost } = await import('./open-host.ts');
  const { tools } = await openHost(request, {}, closing);
  return path.join(tools.folder, 'usr/bin/cosign');
}
