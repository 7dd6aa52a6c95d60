import path from 'node:path';
import { findNpm } from '../host/npm-location.ts';
import { homeFolder, ingotPaths } from '../host/paths.ts';
import { platformOfHost } from '../host/host-platform.ts';
import { createProcessRunner } from '../host/process.ts';
import { proxyFor, readProxySettings } from '../host/proxy-settings.ts';
import { architectureOf } from '../oci/index.ts';
import { createGoSource, type GoSettings } from '../sources/go/index.ts';
import type { ArtifactSources } from '../sources/index.ts';
import { createNpmArtifacts, createNpmSource, readNpmOptions } from '../sources/npm/index.ts';
import type { ResolveDeps, ResolveHost } from '../stages/resolve/index.ts';
import type { LocalRequest } from './factory.ts';
import { findGoSettings, readShippedDefaults } from './go-settings.ts';

export interface SourceHost extends Pick<ResolveHost, 'http' | 'cache' | 'state'> {
  /** For a source that has to read a Debian package. */
  readonly resolve: () => ResolveDeps;
}

/** The sources of upstream releases, as this machine is configured for them. */
export async function openSources(
  { environment, cwd, signal }: LocalRequest,
  { http, cache, state, resolve }: SourceHost,
): Promise<ArtifactSources> {
  const paths = ingotPaths(environment, homeFolder(environment));
  const npm = await findNpm(environment, process.execPath);
  const proxies = readProxySettings(environment);
  const options = await readNpmOptions({
    environment,
    workingFolder: cwd,
    npm,
    proxyFor: (registry) => proxyFor(registry, proxies),
  });
  function settings(): Promise<GoSettings> {
    return findGoSettings({
      environment,
      runner: createProcessRunner(),
      shippedDefaults: () => readShippedDefaults(resolve(), architectureOf(platformOfHost())),
    });
  }
  return {
    npm: createNpmArtifacts(createNpmSource({ options, cache: path.join(paths.cache, 'npm'), signal })),
    go: createGoSource({ http, cache, state, settings, signal }),
  };
}
