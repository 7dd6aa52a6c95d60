import path from 'node:path';
import { toolEnvironment } from '../../src/host/builder/index.ts';
import { startLocalRegistry, type LocalRegistry } from '../../src/host/local-registry.ts';
import { createProcessRunner } from '../../src/host/process.ts';
import { createRegistrySend } from '../../src/host/registry-send.ts';
import { toolPath, toolsFolder } from './tools.ts';

/** Debian's registry, with its content below the folder, on a port of its own. */
export async function startRealRegistry(folder: string): Promise<LocalRegistry> {
  const { send, close } = createRegistrySend();
  const registry = await startLocalRegistry(
    {
      program: await toolPath('docker-registry'),
      environment: toolEnvironment(await toolsFolder()),
      port: 0,
      folder: path.resolve(folder),
    },
    { processes: createProcessRunner(), send, signal: new AbortController().signal },
  );
  return {
    ...registry,
    stop: async () => {
      await registry.stop();
      await close();
    },
  };
}
