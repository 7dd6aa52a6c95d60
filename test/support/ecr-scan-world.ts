import { onTestFinished, vi } from 'vitest';
import { createEcrScans } from '../../src/host/aws/ecr-scans.ts';
import { readProxySettings } from '../../src/host/proxy-settings.ts';
import type { EcrScanning, Platform, ScannerResult, Sha256 } from '../../src/model/index.ts';
import { createEcrScanner, type ScanSubject } from '../../src/stages/scan/index.ts';
import { NOW } from './archive.ts';
import { ACCOUNT, REGION } from './ecr-answers.ts';
import type { ScanState, StoredScan } from './ecr-scan-answers.ts';
import { serveEcr, type EcrServer } from './ecr-server.ts';
import { installedPackage } from './scanned-archive.ts';
import { scanSubject } from './scan-subject.ts';

const HOUR_MS = 3_600_000;
export const REGISTRY = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
export const OPENSSL = installedPackage('libssl3t64', '3.5.1-1', 'openssl');
const { signal } = new AbortController();

function digestOf(platform: Platform): Sha256 {
  return `sha256:${(platform === 'linux/amd64' ? 'a' : 'b').repeat(64)}` as Sha256;
}

/** An image in ECR, with the same packages on each platform. */
export function publishedSubject(
  packages = [OPENSSL],
  on: readonly Platform[] = ['linux/amd64'],
  repository = `${REGISTRY}/golden/python`,
): ScanSubject {
  return scanSubject(packages, {
    on,
    ref: { repository, digest: `sha256:${'1'.repeat(64)}` as Sha256 },
    manifests: () => Promise.resolve(on.map((platform) => ({ platform, digest: digestOf(platform) }))),
  });
}

/** Before the start of the run. */
export function ago(hours: number): number {
  return NOW.getTime() - hours * HOUR_MS;
}

export const BASIC_FINDING = {
  name: 'CVE-2026-12345',
  severity: 'HIGH',
  attributes: [
    { key: 'package_name', value: 'openssl' },
    { key: 'package_version', value: '3.5.1-1' },
  ],
};

/** What Inspector says of one vulnerability. */
export function inspected(details: object, more: object = {}): object {
  return { severity: 'HIGH', status: 'ACTIVE', ...more, packageVulnerabilityDetails: details };
}

export const LIBSSL = { name: 'libssl3t64', version: '3.5.1', release: '1', epoch: 0, packageManager: 'OS' };

export function complete(hours: number, found: Partial<ScanState> = {}): ScanState {
  return {
    status: 'COMPLETE',
    completedAtMs: ago(hours),
    sourceUpdatedAtMs: ago(hours + 3),
    findings: [],
    ...found,
  };
}

/** A scanner of ECR, and the server that it asks. */
export interface EcrScanWorld {
  readonly server: EcrServer;
  readonly waits: number[];
  scan(subject?: ScanSubject): Promise<ScannerResult>;
}

export async function ecrScanWorld(
  kind: EcrScanning['kind'],
  stored: Partial<Record<Platform, StoredScan>>,
): Promise<EcrScanWorld> {
  const server = await serveEcr();
  server.scanning = { scanType: kind.toUpperCase(), rules: [] };
  server.nowMs = NOW.getTime();
  for (const [platform, each] of Object.entries(stored)) {
    server.scans.set(digestOf(platform as Platform), each);
  }
  for (const [name, value] of Object.entries(server.environment)) {
    vi.stubEnv(name, value);
  }
  const scans = createEcrScans({ region: REGION, account: ACCOUNT, proxies: readProxySettings({}), signal });
  onTestFinished(() => {
    scans.close();
  });
  const waits: number[] = [];
  const settings = { account: ACCOUNT, region: REGION, scanning: { kind, rules: [] } };
  const wait = (ms: number) => Promise.resolve(void waits.push(ms));
  const scanner = createEcrScanner({ settings, scans, runStartedAt: NOW, wait });
  return { server, waits, scan: (subject = publishedSubject()) => scanner.scan(subject, signal) };
}

export function operations({ server }: EcrScanWorld): readonly string[] {
  return server.calls.map(({ operation }) => operation);
}
