import { describe, expect, test } from 'vitest';
import type { ScannerResult } from '../../../../src/model/index.ts';
import { scan, scanFurther, type ScanSubject } from '../../../../src/stages/scan/index.ts';
import { NOW } from '../../../support/archive.ts';
import {
  BASIC_FINDING,
  complete,
  ecrScanWorld,
  inspected,
  LIBSSL,
  OPENSSL,
  operations,
  publishedSubject,
  REGISTRY,
  type EcrScanWorld,
} from '../../../support/ecr-scan-world.ts';
import { scanSubject } from '../../../support/scan-subject.ts';

const { signal } = new AbortController();

describe('findings', () => {
  test('of basic scanning are of source packages', async () => {
    const { scan: ask } = await ecrScanWorld('basic', {
      'linux/amd64': { states: [complete(1, { findings: [BASIC_FINDING] })] },
    });
    expect((await ask()).findings).toEqual([
      {
        id: 'CVE-2026-12345',
        aliases: [],
        package: 'openssl',
        source: 'openssl',
        installed: '3.5.1-1',
        severity: 'high',
        severityFrom: 'ecr',
        platforms: ['linux/amd64'],
      },
    ]);
  });

  test.each<{ summary: string; finding: object; expected: readonly string[] }>([
    {
      summary: 'are of the source of their package, with the fix',
      finding: inspected({
        vulnerabilityId: 'CVE-2026-1',
        vulnerablePackages: [{ ...LIBSSL, epoch: 2, fixedInVersion: '3.5.1-1+deb13u1' }],
      }),
      expected: ['CVE-2026-1 () openssl 2:3.5.1-1 fixed in 3.5.1-1+deb13u1 high'],
    },
    {
      summary: 'without a fix have none',
      finding: inspected({
        vulnerabilityId: 'CVE-2026-1',
        vulnerablePackages: [{ ...LIBSSL, fixedInVersion: 'NotAvailable' }],
      }),
      expected: ['CVE-2026-1 () openssl 3.5.1-1 high'],
    },
    {
      summary: 'of an advisory are of each CVE in it',
      finding: inspected({
        vulnerabilityId: 'GHSA-x',
        relatedVulnerabilities: ['CVE-2026-2', 'CVE-2026-3'],
        vulnerablePackages: [{ name: 'undici', version: '7.0.0', packageManager: 'NODEPKG' }],
      }),
      expected: ['CVE-2026-2 (GHSA-x) undici 7.0.0 high', 'CVE-2026-3 (GHSA-x) undici 7.0.0 high'],
    },
    {
      summary: 'that Inspector suppresses count',
      finding: inspected(
        { vulnerabilityId: 'CVE-2026-1', vulnerablePackages: [LIBSSL] },
        { status: 'SUPPRESSED', severity: 'UNTRIAGED' },
      ),
      expected: ['CVE-2026-1 () openssl 3.5.1-1 unknown'],
    },
    {
      summary: 'that are closed do not',
      finding: inspected(
        { vulnerabilityId: 'CVE-2026-1', vulnerablePackages: [LIBSSL] },
        { status: 'CLOSED' },
      ),
      expected: [],
    },
  ])('of Inspector $summary', async ({ finding, expected }) => {
    const { scan: ask } = await ecrScanWorld('enhanced', {
      'linux/amd64': { states: [{ ...complete(1), enhancedFindings: [finding] }] },
    });
    const { findings } = await ask();
    expect(
      findings.map(({ id, aliases, source, installed, fixed, severity }) =>
        [id, `(${aliases.join(' ')})`, source, installed, fixed && `fixed in ${fixed}`, severity]
          .filter(Boolean)
          .join(' '),
      ),
    ).toEqual(expected);
  });

  test('come in pages, and once for what is on all platforms', async () => {
    const findings = Array.from({ length: 5 }, (_, index) => ({
      ...BASIC_FINDING,
      name: `CVE-2026-${index}`,
    }));
    const stored = { states: [complete(1, { findings })] };
    const made = await ecrScanWorld('basic', { 'linux/amd64': stored, 'linux/arm64': { ...stored } });
    made.server.pageSize = 2;
    const result = await made.scan(publishedSubject([OPENSSL], ['linux/amd64', 'linux/arm64']));
    expect(result.findings).toHaveLength(5);
    expect(result.findings[4]?.platforms).toEqual(['linux/amd64', 'linux/arm64']);
    expect(operations(made)).toHaveLength(6);
  });

  test('on one platform stay, where another could not be scanned', async () => {
    const made = await ecrScanWorld('enhanced', {
      'linux/amd64': {
        states: [
          {
            ...complete(1),
            enhancedFindings: [inspected({ vulnerabilityId: 'CVE-2026-1', vulnerablePackages: [LIBSSL] })],
          },
        ],
      },
      'linux/arm64': { states: [{ status: 'UNSUPPORTED_IMAGE' }] },
    });
    const result = await made.scan(publishedSubject([OPENSSL], ['linux/amd64', 'linux/arm64']));
    expect(result).toMatchObject({
      status: 'not-scanned',
      reason: 'linux/arm64: ECR cannot scan such an image (UNSUPPORTED_IMAGE)',
    });
    expect(result.findings).toHaveLength(1);
  });
});

describe('what it cannot look at', () => {
  async function reportOf(subject: ScanSubject, made: EcrScanWorld): Promise<ScannerResult | undefined> {
    const scanner = { name: 'ecr', looksIn: 'registry' as const, scan: made.scan };
    return (await scan(subject, { scanners: [scanner], now: NOW, signal })).results[0];
  }

  test('an image in another registry', async () => {
    const elsewhere = publishedSubject([OPENSSL], ['linux/amd64'], 'registry.example.com/golden/python');
    expect(await reportOf(elsewhere, await ecrScanWorld('basic', {}))).toMatchObject({
      status: 'not-scanned',
      reason: `cannot scan with ecr: "registry.example.com/golden/python" is not in ${REGISTRY}`,
    });
  });

  test('an image of which it may not ask', async () => {
    const made = await ecrScanWorld('basic', {});
    made.server.fault = () => ({ kind: 'error', name: 'AccessDeniedException', message: 'no' });
    expect(await reportOf(publishedSubject(), made)).toMatchObject({
      status: 'not-scanned',
      reason: expect.stringContaining('may not ecr:DescribeImageScanFindings'),
    });
  });

  test('an image that is not pushed yet: it is asked afterwards, and adds what it finds', async () => {
    const made = await ecrScanWorld('basic', {
      'linux/amd64': { states: [complete(1, { findings: [BASIC_FINDING] })] },
    });
    const other = {
      name: 'other',
      scan: () =>
        Promise.resolve({
          tool: 'other',
          toolVersion: '1',
          status: 'clean' as const,
          feed: '',
          feedDate: NOW.toISOString(),
          findings: [],
        }),
    };
    const scanner = { name: 'ecr', looksIn: 'registry' as const, scan: made.scan };
    const deps = { scanners: [other, scanner], now: NOW, signal };
    const before = await scan(scanSubject([OPENSSL]), deps);
    expect(before.results.map(({ tool }) => tool)).toEqual(['other']);
    const after = await scanFurther(publishedSubject(), before, deps);
    expect(after.results.map(({ tool, status }) => `${tool} ${status}`)).toEqual([
      'other clean',
      'ecr findings',
    ]);
    expect(after.findings.map(({ id, scanners }) => `${id} ${scanners.join()}`)).toEqual([
      'CVE-2026-12345 ecr',
    ]);
  });
});
