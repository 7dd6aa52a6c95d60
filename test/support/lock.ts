import type {
  ArtifactRequest,
  CatalogEntry,
  Lock,
  LockedArtifact,
  LockedLayer,
  LockedPackage,
  Platform,
  Sha256,
  Stack,
} from '../../src/model/index.ts';

const EPOCH = Date.UTC(2026, 9, 1) / 1000;

/** A lock with one package for each that a stack asks for; digests and dates are made up but stable. */
export function lockFor(entry: CatalogEntry): Lock {
  return {
    schemaVersion: 1,
    image: entry.id,
    entry: `sha256:${'e'.repeat(64)}` as Sha256,
    version: '1.2.3',
    epoch: EPOCH,
    suites: [],
    platforms: entry.platforms.map((platform) => ({
      platform,
      layers: entry.stacks.map((stack) => layerFor(stack, platform)),
    })),
  };
}

export function packageFor(name: string, platform: Platform, stack: string): LockedPackage {
  const architecture = platform === 'linux/arm64' ? 'arm64' : 'amd64';
  return {
    name,
    version: '1.2.3-4',
    architecture,
    source: { name, version: '1.2.3-4' },
    archive: 'debian',
    suite: 'trixie',
    path: `pool/main/${name.slice(0, 1)}/${name}/${name}_1.2.3-4_${architecture}.deb`,
    size: 1000,
    sha256:
      `sha256:${Buffer.from(`${name} ${platform}`).toString('hex').padEnd(64, '0').slice(0, 64)}` as Sha256,
    requestedBy: [`stack ${stack}`],
  };
}

function layerFor(stack: Stack, platform: Platform): LockedLayer {
  return {
    stack: stack.name,
    packages: stack.packages.map((name) => packageFor(name, platform, stack.name)),
    artifacts: stack.artifacts.map((artifact) => artifactFor(artifact, platform)),
    excluded: [],
    epoch: EPOCH,
  };
}

function artifactFor(artifact: ArtifactRequest, platform: Platform): LockedArtifact {
  const { name } = artifact;
  const common = {
    name,
    version: '24.1.0',
    integrity: `sha512-${name}`,
    published: '2026-10-01T00:00:00.000Z',
  };
  switch (artifact.kind) {
    case 'npm':
      return { kind: 'npm', ...common, package: artifact.packages[platform] };
    case 'go':
      return { kind: 'go', ...common, module: 'v0.0.1-go1.27.3.linux-amd64', sum: 'h1:made-up' };
    case 'nodejs':
      return {
        kind: 'nodejs',
        ...common,
        path: 'v24.1.0/node-v24.1.0-linux-x64.tar.xz',
        signedBy: 'F'.repeat(40),
      };
    case 'https':
      return { kind: 'https', ...common, url: 'https://releases.example/24.1.0.tar.gz' };
  }
}
