import path from 'node:path';
import { toolEnvironment } from '../host/builder/index.ts';
import { startLocalRegistry, type LocalRegistryOptions } from '../host/local-registry.ts';
import type { ProcessRunner } from '../host/process.ts';
import { assertNever, type Target } from '../model/index.ts';
import type { Send } from '../oci/index.ts';
import type { PlanDeps } from '../pipeline/index.ts';
import type { FactoryRequest, LocalRequest } from './factory.ts';
import { LOCAL_PORT, LOCAL_PREFIX, registryFolder } from './local-registry-place.ts';
import type { Host } from './open-host.ts';
import { openRegistries } from './open-registries.ts';

export interface ConnectedRegistry extends Pick<PlanDeps, 'registry' | 'registryAddress' | 'goldenPrefix'> {
  /** Runs programs that log in to it by themselves. */
  readonly children: ProcessRunner;
}

/** The registry of the target; the local one is started, and stopped with the session. */
export async function connectRegistry(
  request: LocalRequest & Pick<FactoryRequest, 'target'>,
  host: Host,
  closing: AsyncDisposableStack,
): Promise<ConnectedRegistry> {
  const { target, signal } = request;
  const { client: registry, send, childrenOf } = openRegistries(request, host.runner, closing);
  const location = await locate(target, { host, send, signal }, closing);
  return { registry, children: childrenOf([location.registryAddress]), ...location };
}

async function locate(
  target: Target,
  { host, send, signal }: { readonly host: Host; readonly send: Send; readonly signal: AbortSignal },
  closing: AsyncDisposableStack,
): Promise<Pick<ConnectedRegistry, 'registryAddress' | 'goldenPrefix'>> {
  switch (target.kind) {
    case 'registry': {
      const goldenPrefix = [target.registry, target.prefix].filter((part) => part !== '').join('/');
      return { registryAddress: target.registry, goldenPrefix };
    }
    case 'local': {
      const { address, stop } = await startLocalRegistry(registryOptions(host), {
        processes: host.runner,
        send,
        signal,
      });
      closing.defer(stop);
      return { registryAddress: address, goldenPrefix: `${address}/${LOCAL_PREFIX}` };
    }
    default:
      return assertNever(target);
  }
}

export function registryOptions({ paths, tools }: Pick<Host, 'paths' | 'tools'>): LocalRegistryOptions {
  return {
    program: path.join(tools.folder, 'usr/bin/docker-registry'),
    environment: toolEnvironment(tools.folder),
    folder: registryFolder(paths),
    port: LOCAL_PORT,
  };
}
