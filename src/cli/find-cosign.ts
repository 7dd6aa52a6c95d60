import path from 'node:path';
import type { ProcessRunner } from '../host/process.ts';
import { ToolError } from '../model/index.ts';
import type { LocalRequest } from './factory.ts';

/** cosign on PATH, which the organisation has chosen; else the one that comes with the builder. */
export async function findCosign(request: LocalRequest, processes: ProcessRunner): Promise<string> {
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
