import path from 'node:path';
import { readTexts } from '../host/catalog-files.ts';
import { trustSystemCertificates } from '../host/certificates.ts';
import { withoutRetries } from '../host/http.ts';
import { findNpm } from '../host/npm-location.ts';
import { homeFolder, ingotPaths } from '../host/paths.ts';
import { platformOfHost } from '../host/host-platform.ts';
import { createProcessRunner } from '../host/process.ts';
import { proxyFor, readProxySettings } from '../host/proxy-settings.ts';
import { once } from '../model/index.ts';
import { architectureOf } from '../oci/index.ts';
import { createGoSource, type GoSettings } from '../sources/go/index.ts';
import { createHttpsSource } from '../sources/https/index.ts';
import type { ArtifactSources } from '../sources/index.ts';
import { createNodejsSource, createNodejsWitness } from '../sources/nodejs/index.ts';
import { createNpmArtifacts, createNpmSource, readNpmOptions, type NpmSource } from '../sources/npm/index.ts';
import type { ResolveDeps, ResolveHost } from '../stages/resolve/index.ts';
import { readKeyFiles } from './key-file.ts';
import type { FactoryRequest, LocalRequest } from './factory.ts';
import { findGoSettings, readShippedDefaults } from './go-settings.ts';
import { OWN_FOLDER } from './own-folder.ts';

export interface SourceHost extends Pick<ResolveHost, 'http' | 'cache' | 'state'> {
  /** For a source that has to read a Debian package. */
  readonly resolve: () => ResolveDeps;
}

/** A command that knows a catalog knows more sources; `locked` is for the tools. */
export type SourceRequest = LocalRequest & Partial<Pick<FactoryRequest, 'catalog' | 'locked'>>;

/** The sources of upstream releases, as this machine and the catalog are configured for them. */
export function openSources(request: SourceRequest, host: SourceHost): ArtifactSources {
  const { signal, startedAt } = request;
  const { http, cache, state } = host;
  const readKeys = readKeyFiles.bind(undefined, request.catalog?.folder ?? request.cwd);
  const { url, keys } = request.catalog?.sources.nodejs ?? { url: '', keys: [] };
  const common = { http, cache, state, signal, runStartedAt: startedAt, readKeys };
  const releases = { ...common, url, keys: () => readReleaseKeys(keys, readKeys) };
  const witness = createNodejsWitness({
    ...common,
    nodejs: createNodejsSource({ ...releases, http: withoutRetries(http) }),
  });
  return {
    npm: createNpmArtifacts(openNpm(request), witness),
    go: createGoSource({ ...common, settings: () => goSettings(request, host) }),
    nodejs: createNodejsSource(releases),
    https: createHttpsSource(common),
  };
}

/** The catalog's own, else those that came with ingot. */
async function readReleaseKeys(
  files: readonly string[] | undefined,
  readKeys: (files: readonly string[]) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  return files === undefined
    ? readTexts(path.join(OWN_FOLDER, 'data/nodejs-release-keys'), '.asc')
    : readKeys(files);
}

/** npm's configuration is read, and its libraries are loaded, for who asks for something of it. */
function openNpm(request: LocalRequest): NpmSource {
  const opened = once(() => readNpm(request));
  return {
    versions: async (name) => (await opened()).versions(name),
    tarball: async (tarball, store) => (await opened()).tarball(tarball, store),
  };
}

async function readNpm({ environment, cwd, signal }: LocalRequest): Promise<NpmSource> {
  const paths = ingotPaths(environment, homeFolder(environment));
  trustSystemCertificates();
  const npm = await findNpm(environment, process.execPath);
  const proxies = readProxySettings(environment);
  const options = await readNpmOptions({
    environment,
    workingFolder: cwd,
    npm,
    proxyFor: (registry) => proxyFor(registry, proxies),
  });
  return createNpmSource({ options, cache: path.join(paths.cache, 'npm'), signal });
}

function goSettings({ environment }: LocalRequest, { resolve }: SourceHost): Promise<GoSettings> {
  return findGoSettings({
    environment,
    runner: createProcessRunner(),
    shippedDefaults: () => readShippedDefaults(resolve(), architectureOf(platformOfHost())),
  });
}
