import path from 'node:path';
import { FactoryError, type DigestRef } from '../model/index.ts';
import {
  hexOf,
  MEDIA_TYPE,
  pullManifest,
  readImageContent,
  type RegistryClient,
  type RootFilesystem,
} from '../oci/index.ts';
import type { InstalledPackage } from './facts.ts';

/** Of runtime images, a file for each package; of dev images, dpkg's own. */
const STATUS_FOLDER = '/var/lib/dpkg/status.d/';
const STATUS_FILE = '/var/lib/dpkg/status';
const SUMS_SUFFIX = '.md5sums';

/** The Debian packages that one platform's layers have, each layer checked against its digest. */
export async function readInstalled(
  ref: DigestRef,
  { registry, workDir, signal }: ReadLayersDeps,
): Promise<readonly InstalledPackage[]> {
  const layoutDir = path.join(workDir, hexOf(ref.digest));
  await pullManifest(ref, layoutDir, registry);
  const manifest = { mediaType: MEDIA_TYPE.manifest, digest: ref.digest, size: 0 };
  const { root } = await readImageContent(layoutDir, manifest, { signal });
  return installedPackages(root);
}

export interface ReadLayersDeps {
  readonly registry: RegistryClient;
  readonly workDir: string;
  readonly signal: AbortSignal;
}

/** Read here once more, by itself: what made the SBOM must not be asked whether it is right. */
export function installedPackages({ entries }: RootFilesystem): readonly InstalledPackage[] {
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
