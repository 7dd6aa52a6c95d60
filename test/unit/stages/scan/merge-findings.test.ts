import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SEVERITIES, type Finding, type ScannerResult } from '../../../../src/model/index.ts';
import { mergeFindings } from '../../../../src/stages/scan/index.ts';

const BASE: Finding = {
  id: 'CVE-2026-1',
  aliases: [],
  package: 'libssl3t64',
  source: 'openssl',
  installed: '3.5.1-1',
  severity: 'unknown',
  platforms: ['linux/amd64'],
};

function resultOf(tool: string, ...findings: readonly Partial<Finding>[]): ScannerResult {
  return {
    tool,
    toolVersion: '1',
    status: 'findings',
    feed: '',
    feedDate: '2026-11-22T12:00:00.000Z',
    findings: findings.map((finding) => ({ ...BASE, ...finding })),
  };
}

describe('merging', () => {
  test.each<{ summary: string; results: readonly ScannerResult[]; expected: readonly object[] }>([
    {
      summary: 'the same vulnerability in the same package is one, by all that found it',
      results: [resultOf('osv', {}), resultOf('debian-tracker', { platforms: ['linux/arm64'] })],
      expected: [
        { id: 'CVE-2026-1', scanners: ['debian-tracker', 'osv'], platforms: ['linux/amd64', 'linux/arm64'] },
      ],
    },
    {
      summary: 'also under names that only a third one connects; the CVE is what it is called',
      results: [
        resultOf('a', { id: 'GHSA-x', aliases: ['BIT-y'] }),
        resultOf('b', { id: 'CVE-2026-2' }),
        resultOf('c', { id: 'BIT-y', aliases: ['CVE-2026-2'] }),
      ],
      expected: [{ id: 'CVE-2026-2', aliases: ['BIT-y', 'GHSA-x'], scanners: ['a', 'b', 'c'] }],
    },
    {
      summary: 'packages of one source are one, other sources are not',
      results: [
        resultOf('grype', { package: 'openssl' }, { source: 'zlib', package: 'zlib1g' }),
        resultOf('osv', {}),
      ],
      expected: [{ source: 'openssl', scanners: ['grype', 'osv'] }, { source: 'zlib' }],
    },
    {
      summary: 'the vendor’s severity comes first, also where it is lower',
      results: [
        resultOf('osv', { severity: 'critical', severityFrom: 'osv' }),
        resultOf('debian-tracker', { severity: 'low', severityFrom: 'debian', vendorStatus: 'unimportant' }),
      ],
      expected: [{ severity: 'low', severityFrom: 'debian', vendorStatus: 'unimportant' }],
    },
    {
      summary: 'where the vendor has none, OSV’s comes before grype’s',
      results: [
        resultOf('grype', { severity: 'critical', severityFrom: 'grype' }),
        resultOf('osv', { severity: 'high', severityFrom: 'osv' }),
        resultOf('debian-tracker', { vendorStatus: 'open' }),
      ],
      expected: [{ severity: 'high', severityFrom: 'osv', vendorStatus: 'open' }],
    },
    {
      summary: 'the lowest fix that the vendor names, by Debian’s order; the earliest date',
      results: [
        resultOf('debian-archive', {
          fixed: '3.5.1-1+deb13u10',
          suite: 'trixie-security',
          fixedSince: '2026-11-20T00:00:00.000Z',
        }),
        resultOf('debian-tracker', { fixed: '3.5.1-1+deb13u9' }),
        resultOf('osv', { fixed: '3.5.1-1+deb13u1', fixedSince: '2026-11-10T00:00:00.000Z' }),
      ],
      expected: [
        { fixed: '3.5.1-1+deb13u9', suite: 'trixie-security', fixedSince: '2026-11-10T00:00:00.000Z' },
      ],
    },
    {
      summary: 'a fix of a package is not compared with one of its source',
      results: [
        resultOf('debian-archive', { installed: '1:3.5.1-1', fixed: '1:3.5.2-1' }),
        resultOf('debian-tracker', { installed: '3.5.1-1', fixed: '3.5.9-1' }),
      ],
      expected: [{ installed: '3.5.1-1', fixed: '3.5.9-1' }],
    },
    {
      summary: 'no fix by the vendor: what others name',
      results: [resultOf('debian-tracker', {}), resultOf('osv', { fixed: '3.6' })],
      expected: [{ fixed: '3.6' }],
    },
    {
      summary: 'what the vendor says is not affected is no finding of others',
      results: [
        resultOf('grype', { id: 'GHSA-x', aliases: ['CVE-2026-1'] }, { id: 'CVE-2026-3' }),
        {
          ...resultOf('debian-tracker'),
          notAffected: [{ ...BASE, justification: 'vulnerable_code_not_present', statement: 'no' }],
        },
      ],
      expected: [{ id: 'CVE-2026-3' }],
    },
    {
      summary: 'only the vendor clears its packages',
      results: [
        resultOf('osv', {}),
        {
          ...resultOf('grype'),
          notAffected: [{ ...BASE, justification: 'vulnerable_code_not_present', statement: 'no' }],
        },
      ],
      expected: [{ id: 'CVE-2026-1', scanners: ['osv'] }],
    },
  ])('$summary', ({ results, expected }) => {
    const merged = mergeFindings(results);
    expect(merged).toMatchObject(expected);
    expect(merged.length).toBe(expected.length);
  });
});

const finding = fc.record({
  id: fc.constantFrom('CVE-1', 'CVE-2', 'GHSA-1', 'pending-update'),
  aliases: fc.uniqueArray(fc.constantFrom('CVE-1', 'CVE-2', 'GHSA-1', 'DSA-1'), { maxLength: 2 }),
  source: fc.constantFrom('openssl', 'zlib'),
  package: fc.constantFrom('a', 'b'),
  severity: fc.constantFrom(...SEVERITIES),
  fixed: fc.constantFrom('1', '2~', '2'),
});
const results = fc.uniqueArray(
  fc
    .record({
      tool: fc.constantFrom('debian-tracker', 'debian-archive', 'osv', 'grype', 'own'),
      findings: fc.array(finding, { maxLength: 5 }),
    })
    .map(({ tool, findings }) => resultOf(tool, ...findings)),
  { selector: ({ tool }) => tool, maxLength: 5 },
);

test('the order of scanners and of their findings does not matter', () => {
  fc.assert(
    fc.property(results, (told) => {
      const turned = told
        .toReversed()
        .map((result) => ({ ...result, findings: result.findings.toReversed() }));
      expect(mergeFindings(turned)).toEqual(mergeFindings(told));
    }),
  );
});

test('nothing is lost, and no name of a package stands in two findings', () => {
  fc.assert(
    fc.property(results, (told) => {
      const merged = mergeFindings(told);
      const names = merged.flatMap(({ source, id, aliases }) =>
        [id, ...aliases].map((name) => `${source} ${name}`),
      );
      expect(new Set(names).size).toBe(names.length);
      const all = told.flatMap(({ findings }) => findings);
      expect(all.filter(({ source, id }) => !names.includes(`${source} ${id}`))).toEqual([]);
    }),
  );
});
