import type {
  GatedImage,
  Lock,
  LockedArtifact,
  LockedPackage,
  LockedSuite,
  Platform,
} from '../../model/index.ts';
import { hexOf, isSha256 } from '../../oci/index.ts';
import type { BuildEvidence } from './evidence.ts';

/** in-toto attestation v1 "ResourceDescriptor". Never a host: any mirror will do, as the digest says what it is. */
export interface ResourceDescriptor {
  readonly name: string;
  readonly uri?: string;
  /** Hex, by the algorithm's name in in-toto "DigestSet". */
  readonly digest: Readonly<Record<string, string>>;
  readonly mediaType?: string;
  /** Base64. */
  readonly content?: string;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

/** Every package, release, index, file and tool that went into the image, each once. */
export function resolvedDependencies(
  image: GatedImage,
  { purls }: Pick<BuildEvidence, 'purls'>,
): readonly ResourceDescriptor[] {
  const { locked, inputs } = image.tested.built.rendered;
  const { lock, entry } = locked;
  return [
    ...packagesIn(lock).map(({ item, platforms }) =>
      packageDependency(item, platforms, purls.deb(item, entry.suite)),
    ),
    ...artifactsIn(lock).map(({ item, platforms }) =>
      artifactDependency(item, platforms, purls.artifact(item)),
    ),
    ...lock.suites.map(suiteDependency),
    digestDependency('catalog entry', lock.entry),
    ...fileDependencies(inputs.files),
    ...fileDependencies(inputs.tests),
    { ...digestDependency('toolbox', inputs.toolbox), uri: 'urn:ingot:tools:toolbox' },
    { ...digestDependency('builder', inputs.builder), uri: 'urn:ingot:tools:builder' },
  ];
}

interface OnPlatforms<T> {
  readonly item: T;
  readonly platforms: readonly Platform[];
}

function packagesIn({ platforms }: Lock): readonly OnPlatforms<LockedPackage>[] {
  return onPlatforms(
    platforms.flatMap(({ platform, layers }) =>
      layers.flatMap(({ packages }) => packages.map((item) => ({ item, platform }))),
    ),
    ({ sha256 }) => sha256,
  );
}

function artifactsIn({ platforms }: Lock): readonly OnPlatforms<LockedArtifact>[] {
  return onPlatforms(
    platforms.flatMap(({ platform, layers }) =>
      layers.flatMap(({ artifacts }) => artifacts.map((item) => ({ item, platform }))),
    ),
    ({ integrity }) => integrity,
  );
}

/** An `all` package is the same file everywhere. */
function onPlatforms<T>(
  found: readonly { readonly item: T; readonly platform: Platform }[],
  keyOf: (item: T) => string,
): readonly OnPlatforms<T>[] {
  const byKey = Map.groupBy(found, ({ item }) => keyOf(item));
  return [...byKey.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined
      ? []
      : [{ item: first.item, platforms: [...new Set(same.map(({ platform }) => platform))].sort() }];
  });
}

function packageDependency(
  item: LockedPackage,
  platforms: readonly Platform[],
  uri: string,
): ResourceDescriptor {
  const { name, version, sha256, archive, suite, path, source } = item;
  return {
    ...digestDependency(`${name} ${version}`, sha256),
    uri,
    mediaType: 'application/vnd.debian.binary-package',
    annotations: { archive, suite, path, source: `${source.name} ${source.version}`, platforms },
  };
}

function artifactDependency(
  item: LockedArtifact,
  platforms: readonly Platform[],
  uri: string,
): ResourceDescriptor {
  const { name, version, integrity, published } = item;
  return {
    name: `${name} ${version}`,
    uri,
    digest: integrityDigest(integrity),
    annotations: {
      integrity,
      published,
      platforms,
      ...evidenceIn(item),
    },
  };
}

/** What its digest was reached from, beside the registry's own word. */
function evidenceIn(item: LockedArtifact): object {
  switch (item.kind) {
    case 'npm':
      return item.witness === undefined ? {} : { witness: item.witness };
    case 'go':
      return { sum: item.sum };
    case 'nodejs':
      return { signedBy: item.signedBy };
    case 'https':
      return item.signedBy === undefined ? {} : { signedBy: item.signedBy };
  }
}

/** Subresource integrity, `sha512-<base64>`. */
function integrityDigest(integrity: string): Readonly<Record<string, string>> {
  const [algorithm = '', base64 = ''] = integrity.split(/-(.*)/s);
  return { [algorithm]: Buffer.from(base64, 'base64').toString('hex') };
}

/** Signed by Debian, or by whose key the catalog names: what every package's digest was reached from. */
function suiteDependency({
  archive,
  suite,
  inRelease,
  date,
  validUntil,
  signedBy,
}: LockedSuite): ResourceDescriptor {
  return {
    ...digestDependency(`InRelease of ${suite}`, inRelease),
    annotations: {
      archive,
      suite,
      path: `dists/${suite}/InRelease`,
      date,
      ...(validUntil !== undefined && { validUntil }),
      signedBy,
    },
  };
}

function fileDependencies(files: Readonly<Record<string, string>>): readonly ResourceDescriptor[] {
  return Object.entries(files).map(([name, digest]) => digestDependency(name, digest));
}

function digestDependency(name: string, digest: string): ResourceDescriptor {
  return { name, digest: { sha256: isSha256(digest) ? hexOf(digest) : digest } };
}
