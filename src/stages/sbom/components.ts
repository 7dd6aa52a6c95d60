import { isDebianArchive, packagesOn } from '../../model/index.ts';
import type {
  CatalogEntry,
  Lock,
  LockedArtifact,
  LockedPackage,
  LockedPlatform,
  Platform,
  Upstream,
} from '../../model/index.ts';
import { cpeOf } from './cpe.ts';
import { artifactPurl, componentPurl, debPurl, integrityHash, type ComponentHash } from './purl.ts';

/** One package or artifact of an image as the lock has it, in the words both SBOM formats share. */
export interface LockedComponent {
  /** Unique in the document, and the same in every document about the same package. */
  readonly ref: string;
  readonly kind: 'library' | 'application';
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly supplier: string;
  readonly hash: ComponentHash;
  /** `glibc 2.41-12`, of a Debian package. */
  readonly source?: { readonly name: string; readonly version: string };
  /** Names of the artifacts that are parts of an upstream program. */
  readonly parts?: readonly string[];
  /** Of an upstream program. */
  readonly cpe?: string;
  /** Of an upstream program, as its stack says. */
  readonly license?: string;
  /** `ref`s of the components it needs; sorted. */
  readonly dependsOn: readonly string[];
}

export interface ComponentGraph {
  /** Sorted by `ref`. */
  readonly components: readonly LockedComponent[];
  /** `ref`s of what the image asks for itself. */
  readonly topLevel: readonly string[];
}

/** Everything the lock put into one platform's image, with who needs whom. */
export function componentGraph(
  lock: Lock,
  platform: LockedPlatform,
  { suite, stacks }: Pick<CatalogEntry, 'suite' | 'stacks'>,
): ComponentGraph {
  const packages = packagesOf(lock, platform.platform);
  const purls = new Map(packages.map((item) => [item.name, debPurl(item, suite)]));
  const debian = packages.map((item) => debComponent(item, packages, purls));
  const artifacts = artifactComponents(platform, stacks);
  const topLevel = packages
    .filter((item) => isAskedFor(item, purls))
    .map((item) => purls.get(item.name) ?? '');
  return {
    components: [...debian, ...artifacts].sort((a, b) => (a.ref < b.ref ? -1 : 1)),
    topLevel: [...topLevel, ...artifacts.map(({ ref }) => ref)].sort(),
  };
}

/** Every Debian package the lock has for a platform, over all layers. */
export function packagesOf(lock: Lock, platform: Platform): readonly LockedPackage[] {
  return lock.platforms.filter((locked) => locked.platform === platform).flatMap(packagesOn);
}

/** `requestedBy` holds package names and `stack …`: what is no package's doing is the image's. */
function isAskedFor(item: LockedPackage, purls: ReadonlyMap<string, string>): boolean {
  return item.requestedBy.some((requester) => !purls.has(requester));
}

function debComponent(
  item: LockedPackage,
  packages: readonly LockedPackage[],
  purls: ReadonlyMap<string, string>,
): LockedComponent {
  const purl = purls.get(item.name) ?? '';
  const needed = packages.filter(({ requestedBy }) => requestedBy.includes(item.name));
  return {
    ref: purl,
    kind: 'library',
    name: item.name,
    version: item.version,
    purl,
    supplier: isDebianArchive(item.archive) ? 'Debian' : item.archive,
    hash: { algorithm: 'SHA-256', hex: item.sha256.slice('sha256:'.length) },
    source: item.source,
    dependsOn: needed.map(({ name }) => purls.get(name) ?? '').sort(),
  };
}

/**
 * Two artifacts may be parts of one release, as the headers of a program are: that is one component, called as the one
 * that its stack knows more of.
 */
function artifactComponents(
  { layers }: LockedPlatform,
  stacks: CatalogEntry['stacks'],
): readonly LockedComponent[] {
  const requests = stacks.flatMap(({ artifacts }) => artifacts);
  const releases = Map.groupBy(
    layers.flatMap(({ artifacts }) => artifacts),
    artifactPurl,
  );
  return [...releases.values()].flatMap((artifacts) => {
    const parts = [...new Set(artifacts.map(({ name }) => name))];
    const known = artifacts.map((artifact) => ({
      artifact,
      upstream: requests.find(({ name }) => name === artifact.name)?.upstream,
    }));
    const main = known.findLast(({ upstream }) => upstream !== undefined) ?? known[0];
    return main === undefined ? [] : [{ ...artifactComponent(main.artifact, main.upstream ?? {}), parts }];
  });
}

function artifactComponent(artifact: LockedArtifact, upstream: Upstream): LockedComponent {
  const purl = componentPurl(artifact);
  const cpe = cpeOf(artifact, upstream);
  return {
    ref: purl,
    kind: 'application',
    name: artifact.name,
    version: artifact.version,
    purl,
    supplier: upstream.supplier ?? supplierOf(artifact),
    hash: integrityHash(artifact.integrity),
    dependsOn: [],
    ...(cpe === undefined ? {} : { cpe }),
    ...(upstream.license === undefined ? {} : { license: upstream.license }),
  };
}

/** Who a release comes from that is not Debian's. */
function supplierOf(artifact: LockedArtifact): string {
  switch (artifact.kind) {
    case 'npm':
      return 'npm registry';
    case 'go':
      return 'go.dev';
    case 'nodejs':
      return 'nodejs.org';
    case 'https':
      return new URL(artifact.url).hostname;
  }
}
