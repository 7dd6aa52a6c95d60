import { FactoryError, type DigestRef, type Pool } from '../model/index.ts';
import {
  contentCapture,
  layerItemReader,
  parseManifest,
  readLayers,
  registrySource,
  stackLayers,
  type Entries,
  type ReadLayerItems,
  type RegistryClient,
} from '../oci/index.ts';
import type { InstalledPackage } from './facts.ts';

/** Of runtime images, a file for each package; of dev images, dpkg's own. */
const STATUS_FOLDER = '/var/lib/dpkg/status.d/';
const STATUS_FILE = '/var/lib/dpkg/status';
const SUMS_SUFFIX = '.md5sums';
/** The largest known, of a desktop's packages, has 15 MB. */
const MAX_DATABASE_BYTES = 64 << 20;

export interface ReadLayersDeps {
  readonly registry: RegistryClient;
  /** Of layers that are read at the same time. */
  readonly layerPool: Pool;
  readonly readLayer: ReadLayerItems;
}

/** Keeps what was read: platforms share layers. */
export function databaseReader(
  repository: string,
  { registry, signal }: { readonly registry: RegistryClient; readonly signal: AbortSignal },
): ReadLayerItems {
  const capture = contentCapture(isDatabase, MAX_DATABASE_BYTES);
  return layerItemReader(capture, { signal, seen: new Map() })(registrySource(repository, registry));
}

/** The Debian packages that one platform's layers have; manifest, config and layers are checked against their digests. */
export async function readInstalled(
  { repository, digest }: DigestRef,
  { registry, layerPool, readLayer }: ReadLayersDeps,
): Promise<readonly InstalledPackage[]> {
  const source = registrySource(repository, registry);
  const bytes = await source.readManifest(digest);
  const { config, layers } = parseManifest(bytes, `manifest ${repository}@${digest}`);
  await source.readBlob(config);
  const read = await readLayers(layers, { readLayer, pool: layerPool });
  return installedPackages(stackLayers(read).entries);
}

/** Read here once more, by itself: what made the SBOM must not be asked whether it is right. */
function installedPackages(entries: Entries): readonly InstalledPackage[] {
  return [...entries.values()]
    .filter(({ path: file, type }) => type === 'file' && isDatabase(file))
    .flatMap(({ path: file, content }) => {
      if (content === undefined) {
        throw new FactoryError('REGISTRY_INVALID', `cannot read packages: "${file}" is too large`);
      }
      return stanzasOf(content.toString('utf8'));
    });
}

function isDatabase(file: string): boolean {
  return file === STATUS_FILE || (file.startsWith(STATUS_FOLDER) && !file.endsWith(SUMS_SUFFIX));
}

/** Debian policy 5.1: stanzas are separated by empty lines, and these two fields have one line each. */
function stanzasOf(text: string): readonly InstalledPackage[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const name = /^Package:[ \t]*(\S+)/im.exec(stanza)?.[1];
    const version = /^Version:[ \t]*(\S+)/im.exec(stanza)?.[1];
    return name === undefined ? [] : [{ name, version: version ?? '' }];
  });
}
