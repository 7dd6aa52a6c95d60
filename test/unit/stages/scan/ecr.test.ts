import { describe, expect, test } from 'vitest';
import type { EcrScanning, ScannerResult } from '../../../../src/model/index.ts';
import type { ScanSubject } from '../../../../src/stages/scan/index.ts';
import { NOW } from '../../../support/archive.ts';
import type { StoredScan } from '../../../support/ecr-scan-answers.ts';
import {
  ago,
  BASIC_FINDING,
  complete,
  ecrScanWorld,
  inspected,
  LIBSSL,
  OPENSSL,
  operations,
  publishedSubject,
} from '../../../support/ecr-scan-world.ts';
import { installedPackage } from '../../../support/scanned-archive.ts';

const DPKG = installedPackage('dpkg', '1.22.21');

describe('what ECR says of an image', () => {
  const CLEAN = complete(1);
  const withDpkg = publishedSubject([OPENSSL, DPKG]);

  test.each<{
    summary: string;
    kind?: EcrScanning['kind'];
    stored: StoredScan;
    subject?: ScanSubject;
    expected: Partial<ScannerResult>;
  }>([
    {
      summary: 'findings',
      stored: { states: [complete(1, { findings: [BASIC_FINDING] })] },
      expected: { status: 'findings', feedDate: new Date(ago(4)).toISOString() },
    },
    {
      summary: 'nothing, of packages that it can read',
      stored: { states: [CLEAN] },
      subject: withDpkg,
      expected: { status: 'clean', feed: 'ECR basic scanning' },
    },
    {
      summary: 'nothing, of packages that basic scanning cannot read',
      stored: { states: [CLEAN] },
      expected: {
        status: 'not-scanned',
        reason: 'linux/amd64: basic scanning found nothing, as in every image whose packages it cannot read',
      },
    },
    {
      summary: 'nothing, and not when it looked',
      stored: { states: [{ status: 'COMPLETE', findings: [] }] },
      subject: withDpkg,
      expected: {
        status: 'not-scanned',
        reason: 'linux/amd64: ECR says COMPLETE, but not when it was scanned',
      },
    },
    {
      summary: 'nothing, by Inspector, which reads all packages and never stops',
      kind: 'enhanced',
      stored: { states: [{ ...CLEAN, status: 'ACTIVE' }] },
      expected: { status: 'clean', feed: 'Amazon Inspector', feedDate: NOW.toISOString() },
    },
    {
      summary: 'a scan on push by Inspector, which is as old as it is',
      kind: 'enhanced',
      stored: { states: [complete(40)] },
      expected: { status: 'clean', feedDate: new Date(ago(43)).toISOString() },
    },
    {
      summary: 'that it failed',
      stored: {
        states: [{ status: 'FAILED', description: 'UnsupportedImageError: no such operating system' }],
        scannedAtMs: ago(1),
      },
      expected: {
        status: 'not-scanned',
        reason: 'linux/amd64: the scan failed (FAILED: UnsupportedImageError: no such operating system)',
      },
    },
    ...(
      [
        ['UNSUPPORTED_IMAGE', 'ECR cannot scan such an image'],
        ['FINDINGS_UNAVAILABLE', 'ECR has no findings to give'],
        ['SCAN_ELIGIBILITY_EXPIRED', 'Inspector no longer looks at an image that old'],
        ['LIMIT_EXCEEDED', 'the limit of scans is reached'],
        ['IMAGE_ARCHIVED', 'the image is archived'],
      ] as const
    ).map(([status, reason]) => ({
      summary: status,
      kind: 'enhanced' as const,
      stored: { states: [{ status }] },
      expected: { status: 'not-scanned' as const, reason: `linux/amd64: ${reason} (${status})` },
    })),
    {
      summary: 'that it cannot begin',
      stored: { states: [], isUnsupported: true },
      expected: { status: 'not-scanned', reason: 'linux/amd64: ECR cannot scan an image of this type' },
    },
    {
      summary: 'that no filter of Inspector is about it',
      kind: 'enhanced',
      stored: { states: [] },
      expected: { status: 'not-scanned', reason: 'linux/amd64: no scan of it was begun' },
    },
  ])('$summary', async ({ kind = 'basic', stored, subject, expected }) => {
    const { scan: ask } = await ecrScanWorld(kind, { 'linux/amd64': stored });
    expect(await ask(subject)).toMatchObject(expected);
  });
});

describe('a scan', () => {
  const FOUND = complete(0, { findings: [BASIC_FINDING] });
  const OLD = complete(30, { findings: [BASIC_FINDING] });

  test('is begun where there is none, and waited for', async () => {
    const made = await ecrScanWorld('basic', {
      'linux/amd64': { states: [], next: [{ status: 'PENDING' }, { status: 'IN_PROGRESS' }, FOUND] },
    });
    expect(await made.scan()).toMatchObject({ status: 'findings', feedDate: new Date(ago(3)).toISOString() });
    expect(operations(made)).toEqual([
      'DescribeImageScanFindings',
      'StartImageScan',
      ...Array.from({ length: 4 }, () => 'DescribeImageScanFindings'),
    ]);
    expect(made.waits).toEqual([5000, 10_000, 20_000, 30_000]);
  });

  test('is begun once a day', async () => {
    const made = await ecrScanWorld('basic', {
      'linux/amd64': { states: [complete(23, { findings: [BASIC_FINDING] })] },
    });
    await made.scan();
    expect(operations(made)).toEqual(['DescribeImageScanFindings']);
  });

  test('that is old is made anew, and what it said before is no answer', async () => {
    const made = await ecrScanWorld('basic', { 'linux/amd64': { states: [OLD], next: [OLD, FOUND] } });
    expect(await made.scan()).toMatchObject({ status: 'findings', feedDate: new Date(ago(3)).toISOString() });
  });

  test('that the limit forbids leaves the last one, with its age', async () => {
    const made = await ecrScanWorld('basic', { 'linux/amd64': { states: [OLD], scannedAtMs: ago(2) } });
    expect(await made.scan()).toMatchObject({
      status: 'findings',
      feedDate: new Date(ago(33)).toISOString(),
    });
    expect(operations(made)).toEqual(['DescribeImageScanFindings', 'StartImageScan']);
  });

  test('that does not end leaves the last one, which is stale, after ten minutes', async () => {
    const made = await ecrScanWorld('basic', {
      'linux/amd64': { states: [OLD], next: [{ status: 'IN_PROGRESS' }] },
    });
    expect(await made.scan()).toMatchObject({
      status: 'stale',
      reason: 'linux/amd64: its scan has not ended (IN_PROGRESS)',
      feedDate: new Date(ago(33)).toISOString(),
    });
    expect(made.waits.reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(600_000, -5);
  });

  test('of Inspector is complete for a while before its findings are there', async () => {
    const found = inspected({ vulnerabilityId: 'CVE-2026-1', vulnerablePackages: [LIBSSL] });
    const made = await ecrScanWorld('enhanced', {
      'linux/amd64': {
        states: [
          { status: 'PENDING' },
          { status: 'COMPLETE', findings: [] },
          { status: 'COMPLETE', enhancedFindings: [found], completedAtMs: ago(0) },
        ],
      },
    });
    expect(await made.scan()).toMatchObject({ status: 'findings' });
    expect(operations(made)).not.toContain('StartImageScan');
  });

  test('of all platforms is begun before the first is waited for', async () => {
    const stored = (): StoredScan => ({ states: [], next: [FOUND] });
    const made = await ecrScanWorld('basic', { 'linux/amd64': stored(), 'linux/arm64': stored() });
    await made.scan(publishedSubject([OPENSSL], ['linux/amd64', 'linux/arm64']));
    expect(operations(made).slice(0, 4)).toEqual([
      'DescribeImageScanFindings',
      'StartImageScan',
      'DescribeImageScanFindings',
      'StartImageScan',
    ]);
  });
});
