import type {
  FileFacts,
  ImageChanges,
  ImageSummary,
  PackageChange,
  ReleaseChanges,
  Sha256,
} from '../../src/model/index.ts';

const DIGEST_A = `sha256:${'a'.repeat(64)}`;
const DIGEST_B = `sha256:${'b'.repeat(64)}`;
const LAYER = `sha256:${'1'.repeat(64)}`;
const OTHER_LAYER = `sha256:${'2'.repeat(64)}`;

function facts(more: Partial<FileFacts> = {}): FileFacts {
  return { type: 'file', mode: '0644', uid: 0, gid: 0, bytes: 10, ...more };
}

function upgraded(name: string, more: Partial<PackageChange> = {}): PackageChange {
  return {
    kind: 'deb',
    name,
    before: '3.5.4-1',
    after: '3.5.5-1',
    source: { name: 'openssl', before: '3.5.4-1', after: '3.5.5-1' },
    changelog: 'read',
    fixed: [
      { id: 'CVE-2026-1', line: 'Fix a use after free | in <parsers> (CVE-2026-1).' },
      { id: 'CVE-2026-2', line: 'CVE-2026-2' },
    ],
    introduced: [],
    ...more,
  };
}

/** Two images that differ in everything that can differ. */
export function comparedImages(): ImageChanges {
  return {
    schemaVersion: 1,
    before: { reference: `r.example.org/golden/x@${DIGEST_A}`, platform: 'linux/amd64', manifest: DIGEST_A },
    after: { reference: `r.example.org/golden/x@${DIGEST_B}`, platform: 'linux/amd64', manifest: DIGEST_B },
    packages: [
      upgraded('libssl3t64'),
      upgraded('openssl-provider-legacy'),
      {
        ...upgraded('zlib1g', { fixed: [], changelog: 'read' }),
        source: { name: 'zlib', before: '2', after: '1' },
        before: '2',
        after: '1',
        introduced: [{ id: 'CVE-2025-7', line: 'Fix a double free (CVE-2025-7).' }],
      },
      {
        ...upgraded('musl', { kind: 'apk', fixed: [], changelog: 'unknown' }),
        source: { name: 'musl', before: '3.5.4-1', after: '3.5.5-1' },
      },
      {
        kind: 'deb',
        name: 'libnew1',
        after: '1.2',
        source: { name: 'new', after: '1.2' },
        changelog: 'not-asked',
        fixed: [],
        introduced: [],
      },
      {
        kind: 'upstream',
        name: 'node',
        before: '24.1.0',
        source: { name: 'node', before: '24.1.0' },
        changelog: 'not-asked',
        fixed: [],
        introduced: [],
      },
    ],
    notRead: ['rpm database /var/lib/rpm/Packages'],
    findings: {
      scanned: { before: true, after: true },
      appeared: [
        { id: 'CVE-2026-9', package: 'zlib1g', installed: '1', severity: 'high', scanners: ['grype', 'osv'] },
      ],
      gone: [
        { id: 'CVE-2026-1', package: 'libssl3t64', installed: '3.5.4-1', severity: 'low', scanners: ['osv'] },
      ],
    },
    files: [
      { path: '/etc/new', after: facts(), differs: [] },
      { path: '/gone', before: facts({ type: 'directory', mode: '0755' }), differs: [] },
      { path: '/gone/file', before: facts(), differs: [] },
      { path: '/gone/su', before: facts({ mode: '4755' }), differs: [] },
      {
        path: '/usr/bin/link',
        before: facts({ type: 'symlink', linkTarget: 'a' }),
        after: facts({ type: 'symlink', linkTarget: 'b' }),
        differs: ['link'],
      },
      {
        path: '/usr/bin/tool',
        before: facts({ mode: '0755' }),
        after: facts({ mode: '4755', uid: 1, bytes: 12, capabilities: true }),
        differs: ['content', 'mode', 'owner', 'capabilities'],
      },
      {
        path: '/usr/lib/libssl.so.3',
        before: facts(),
        after: facts({ bytes: 11 }),
        differs: ['content'],
        package: 'libssl3t64',
      },
      {
        path: '/var/run',
        before: facts({ type: 'directory', mode: '0755' }),
        after: facts({ type: 'symlink', linkTarget: '/run' }),
        differs: ['type'],
      },
    ],
    config: [
      { field: 'Env NEW', after: '1' },
      { field: 'Env PATH', before: '/bin', after: '/usr/bin' },
      { field: 'Labels old', before: 'x' },
    ],
    layers: [
      { digest: LAYER, size: 4_100_000, in: 'both' },
      { digest: OTHER_LAYER, size: 12_900_000, in: 'after' },
      { digest: DIGEST_A, size: 1000, in: 'before' },
    ],
    sizes: {
      download: { before: 18_900_000, after: 19_100_000 },
      unpacked: { before: 51_200_000, after: 51_000_000 },
    },
  };
}

/** The same as a release says it of two platforms. */
export function releaseChanges(): ReleaseChanges {
  const { packages, findings, files, config, layers, sizes } = comparedImages();
  const content = { files, config, layers, sizes };
  return {
    schemaVersion: 1,
    digest: DIGEST_B as Sha256,
    previous: { digest: DIGEST_A, tag: '24.20.0.202611200312' },
    packages: packages.map((change) => ({
      ...change,
      platforms: change.kind === 'upstream' ? ['linux/arm64'] : ['linux/amd64', 'linux/arm64'],
    })),
    findings,
    platforms: [
      { platform: 'linux/amd64', ...content },
      { platform: 'linux/arm64', ...content, files: [], config: [] },
    ],
  };
}

/** An image with one of everything that can be shown. */
export function shownImage(): ImageSummary {
  return {
    schemaVersion: 1,
    image: { reference: `r.example.org/golden/x@${DIGEST_A}`, platform: 'linux/amd64', manifest: DIGEST_B },
    created: '2026-11-21T00:00:00Z',
    settings: {
      user: '65532:65532',
      entrypoint: ['/usr/bin/tini', '--', '/usr/bin/node'],
      command: ['server.js'],
      workingDir: '/home/nonroot',
      environment: ['PATH=/usr/bin', 'LANG=C.UTF-8'],
      ports: ['8080/tcp'],
      volumes: ['/data'],
      stopSignal: 'SIGTERM',
      healthcheck: ['CMD', '/usr/bin/true'],
      labels: { 'org.opencontainers.image.source': 'https://example.org/images' },
    },
    annotations: { 'org.opencontainers.image.title': 'x' },
    sizes: { download: 19_100_000, unpacked: 51_000_000 },
    layers: [
      {
        digest: LAYER,
        size: 4_100_000,
        unpacked: 9_000_000,
        files: 120,
        createdBy: 'COPY /layers/base / # buildkit',
        packages: ['base-files', 'libc6'],
      },
      { digest: OTHER_LAYER, size: 15_000_000, unpacked: 42_000_000, files: 1, createdBy: '', packages: [] },
    ],
    wasted: {
      bytes: 2_000_000,
      efficiency: 0.96,
      files: [{ path: '/var/cache/x', bytes: 2_000_000, layer: 0, by: 'removed', inLayer: 1 }],
    },
    packages: {
      count: 2,
      notRead: ['rpm database /var/lib/rpm/Packages'],
      biggest: [{ kind: 'deb', name: 'libc6', version: '2.41-12', bytes: 4_700_000 }],
    },
    biggestFiles: [
      { path: '/usr/bin/node', bytes: 126_000_000 },
      { path: '/usr/lib/libc.so.6', bytes: 2_000_000, package: 'libc6' },
    ],
    privileged: [{ path: '/usr/bin/su', type: 'file', mode: '4755', uid: 0, gid: 0, kinds: ['setuid'] }],
    shells: ['/usr/bin/bash'],
    attested: {
      hasKey: true,
      signatures: [{ verified: true, signer: 'our key' }],
      attestations: [
        {
          predicateType: 'https://cyclonedx.org/bom',
          about: 'image',
          form: 'classic',
          says: 'CycloneDX 1.6, 29 components',
          verified: true,
          signer: 'our key',
        },
        {
          predicateType: 'https://slsa.dev/provenance/v1',
          about: 'platform',
          form: 'bundle',
          says: '',
          verified: false,
          signer: 'identity ci@example.org',
        },
      ],
      scans: [
        {
          tool: 'debian-archive',
          toolVersion: '1',
          status: 'stale',
          feedDate: '2026-11-20T00:00:00Z',
          scannedAt: '2026-11-21T00:00:00Z',
          findings: { high: 2, low: 1 },
          verified: true,
          signer: 'our key',
        },
      ],
      releases: [
        {
          track: '24',
          sequence: 7,
          tag: '24.21.0.202611210312',
          promotedAt: '2026-11-21T03:12:00Z',
          reason: 'inputs changed',
          verified: true,
          signer: 'our key',
        },
      ],
    },
  };
}
