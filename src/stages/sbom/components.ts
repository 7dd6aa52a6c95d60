import { isDebianArchive, packagesOn } from '../../model/index.ts';
import type { Lock, LockedArtifact, LockedPackage, LockedPlatform, Platform } from '../../model/index.ts';
import { artifactPurl, debPurl, integrityHash, type ComponentHash } from './purl.ts';

/** One package or artifact of an image, in the words both SBOM formats share. */
export interface SbomComponent {
  /** Unique in the document, and the same in every document about the same package. */
  readonly ref: string;
  readonly kind: 'library' | 'application';
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly supplier: string;
  readonly hash: ComponentHash;
  /** `glibc 2.41-12`, of a Debian package. */
  readonly source?: string;
  /** `ref`s of the components it needs; sorted. */
  readonly dependsOn: readonly string[];
}

export interface ComponentGraph {
  /** Sorted by `ref`. */
  readonly components: readonly SbomComponent[];
  /** `ref`s of what the image asks for itself. */
  readonly topLevel: readonly string[];
}

/** Everything the lock put into one platform's image, with who needs whom. */
export function componentGraph(lock: Lock, platform: LockedPlatform, codename: string): ComponentGraph {
  const packages = packagesOf(lock, platform.platform);
  const purls = new Map(packages.map((item) => [item.name, debPurl(item, codename)]));
  const debian = packages.map((item) => debComponent(item, packages, purls));
  const artifacts = artifactComponents(platform);
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
): SbomComponent {
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
    source: `${item.source.name} ${item.source.version}`,
    dependsOn: needed.map(({ name }) => purls.get(name) ?? '').sort(),
  };
}

/** Two artifacts may be parts of one release, as the headers of a program are: that is one component. */
function artifactComponents({ layers }: LockedPlatform): readonly SbomComponent[] {
  const components = layers.flatMap(({ artifacts }) => artifacts).map(artifactComponent);
  // the topmost layer is the image's own, and its name the best known
  return [...new Map(components.map((component) => [component.ref, component])).values()];
}

function artifactComponent(artifact: LockedArtifact): SbomComponent {
  const purl = artifactPurl(artifact);
  return {
    ref: purl,
    kind: 'application',
    name: artifact.name,
    version: artifact.version,
    purl,
    supplier: supplierOf(artifact),
    hash: integrityHash(artifact.integrity),
    dependsOn: [],
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
