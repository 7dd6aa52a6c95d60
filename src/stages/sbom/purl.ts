import type { LockedArtifact, LockedPackage, Platform, Sha256 } from '../../model/index.ts';

/** `VERSION_ID` of os-release, which scanners look vulnerabilities up by; testing and sid have none. */
const DEBIAN_RELEASES: Readonly<Record<string, string>> = {
  bookworm: '12',
  trixie: '13',
  forky: '14',
  duke: '15',
};

/** https://github.com/package-url/purl-spec, type `deb`; `upstream` names the source package as Syft writes it. */
export function debPurl(item: LockedPackage, codename: string): string {
  const { name, version, architecture, source } = item;
  const upstream = source.version === version ? source.name : `${source.name}@${source.version}`;
  const qualifiers = [
    ['arch', architecture],
    ['distro', `debian-${DEBIAN_RELEASES[codename] ?? codename}`],
    ...(upstream === name ? [] : [['upstream', upstream]]),
  ];
  return `pkg:deb/debian/${encode(name)}@${encode(version)}?${toQuery(qualifiers)}`;
}

/** Type `npm`; a scope is the namespace. */
export function npmPurl({ package: name, version }: LockedArtifact): string {
  return `pkg:npm/${name.split('/').map(encode).join('/')}@${encode(version)}`;
}

/** Type `oci`: the digest is the version, and no registry is named, because the same image is in several. */
export function ociPurl(repository: string, digest: Sha256, platform: Platform): string {
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  const architecture = platform.slice('linux/'.length);
  return `pkg:oci/${encode(name)}@${encode(digest)}?${toQuery([['arch', architecture]])}`;
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
