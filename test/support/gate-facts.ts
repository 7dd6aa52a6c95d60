import type { ImageId, MergedFinding, PlatformContent, Sha256, Surface } from '../../src/model/index.ts';
import type { Compared, GateConditions, GateFacts, PreviousRelease } from '../../src/stages/gate/index.ts';
import { DEFAULT_POLICY } from './policy.ts';

export const NOW = new Date('2026-11-23T12:00:00Z');

export const CONDITIONS: GateConditions = { policy: DEFAULT_POLICY, decisions: [], now: NOW };

export function digestOf(text: string): Sha256 {
  return `sha256:${Buffer.from(text).toString('hex').padStart(64, '0').slice(-64)}` as Sha256;
}

/** What one platform holds; names of packages, versions do not matter. */
export function contentOf(
  packages: readonly string[],
  {
    surface,
    compressed = 50_000_000,
  }: { readonly surface?: Partial<Surface>; readonly compressed?: number } = {},
): PlatformContent {
  return {
    platform: 'linux/amd64',
    packages: packages.map((name) => ({ name, version: '1' })),
    sizes: { compressed, unpacked: 2 * compressed },
    layers: [],
    surface: { setuidFiles: [], executables: [], openPorts: [], ...surface },
  };
}

export const ORIGIN = {
  lock: { entry: digestOf('entry'), version: '3.13.5' },
  inputs: {
    dockerfile: digestOf('Dockerfile of 3.13.5'),
    files: {},
    tests: {},
    platforms: ['linux/amd64'],
    compression: 'gzip',
  },
} as const satisfies PreviousRelease['origin'];

/** A build of the same catalog and stacks as the release before. */
export function comparedWith(
  contents: readonly PlatformContent[],
  origin: Partial<Compared['origin']> & { readonly inputs?: Partial<Compared['origin']['inputs']> } = {},
): Compared {
  const inputs = { ...ORIGIN.inputs, dockerfile: digestOf('Dockerfile of 3.13.6'), ...origin.inputs };
  return {
    origin: { lock: { ...ORIGIN.lock, version: '3.13.6', ...origin.lock }, inputs },
    dockerfileOf: (version) => digestOf(`Dockerfile of ${version}`),
    previous: { tag: '3.13.5.202611220200', contents, origin: ORIGIN },
  };
}

/** Facts that no rule has anything against. */
export function goodFacts(changes: Partial<GateFacts> = {}): GateFacts {
  return {
    entry: { id: 'python-3.13' as ImageId, dates: { release: '2025-08-09', endOfLife: '2028-08-09' } },
    report: {
      checks: [{ kind: 'passed', check: 'no-setuid', platform: 'linux/amd64' }],
      contents: [contentOf(['libc6'])],
    },
    scan: {
      scannedAt: NOW.toISOString(),
      results: [
        {
          tool: 'debian-archive',
          toolVersion: '1',
          status: 'up-to-date',
          feed: 'trixie-security',
          feedDate: '2026-11-23T11:00:00.000Z',
          findings: [],
        },
      ],
      findings: [],
    },
    lockedAt: '2026-11-22T12:00:00.000Z',
    ...changes,
  };
}

export function findingOf(changes: Partial<MergedFinding> = {}): MergedFinding {
  return {
    id: 'CVE-2026-126714',
    aliases: [],
    package: 'libssl3t64',
    source: 'openssl',
    installed: '3.5.1-1',
    severity: 'high',
    platforms: ['linux/amd64'],
    scanners: ['debian-tracker'],
    ...changes,
  };
}
