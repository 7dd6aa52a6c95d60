import { join } from 'node:path';
import { toolEnvironment } from '../../src/host/builder/index.ts';
import { startLocalRegistry } from '../../src/host/local-registry.ts';
import { createProcessRunner } from '../../src/host/process.ts';
import { createRegistrySend } from '../../src/host/registry-send.ts';
import type { Descriptor } from '../../src/model/index.ts';
import { createRegistryClient, type RegistryClient } from '../../src/oci/index.ts';
import type { Machine } from './ingot.ts';
import { toolPath, toolsFolder } from './tools.ts';

/** What a machine's local registry holds, served again as a consumer would find it. */
export interface Published extends AsyncDisposable {
  /** `127.0.0.1:39001/golden` */
  readonly golden: string;
  readonly registry: RegistryClient;
  /** Output of cosign, the consumer's own verifier. */
  cosign(args: readonly string[]): Promise<string>;
}

/** What an index names, in its order. */
export function manifestsOf(index: { readonly bytes: Uint8Array } | undefined): readonly Descriptor[] {
  const text = Buffer.from(index?.bytes ?? []).toString('utf8');
  return (JSON.parse(text) as { readonly manifests: readonly Descriptor[] }).manifests;
}

export async function openPublished(machine: Machine): Promise<Published> {
  const processes = createProcessRunner();
  const { send, close } = createRegistrySend();
  const { signal } = new AbortController();
  const options = {
    program: await toolPath('docker-registry'),
    environment: toolEnvironment(await toolsFolder()),
    folder: join(machine.dataDir, 'registry'),
    port: 0,
  };
  const local = await startLocalRegistry(options, { processes, send, signal });
  const cosign = await toolPath('cosign');
  return {
    golden: `${local.address}/golden`,
    registry: createRegistryClient({ send, signal, credentials: () => Promise.resolve(undefined) }),
    cosign: async (args) => (await processes.run([cosign, ...args])).stdout,
    [Symbol.asyncDispose]: async () => {
      await local.stop();
      await close();
    },
  };
}
