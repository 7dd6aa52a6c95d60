import { describe, expect, test } from 'vitest';
import type { ScannerCommand } from '../../../../src/model/index.ts';
import { createSarifScanner } from '../../../../src/stages/scan/index.ts';
import { NOW } from '../../../support/archive.ts';
import { DIGEST } from '../../../support/runs.ts';
import { printing, programWorld } from '../../../support/scan-programs.ts';
import { installedPackage } from '../../../support/scanned-archive.ts';
import { scanSubject } from '../../../support/scan-subject.ts';

const OPENSSL = installedPackage('libssl3t64', '3.5.1-1', 'openssl');
const SUBJECT = scanSubject([OPENSSL], {
  sboms: () => Promise.resolve([{ platform: 'linux/amd64', cyclonedx: { components: [] }, spdx: {} }]),
  ref: { repository: 'registry.example.com/golden/python', digest: DIGEST },
});
const signal = new AbortController().signal;

function command(...argv: readonly string[]): ScannerCommand {
  return { name: 'own', command: argv, environment: ['OWN_TOKEN'], timeoutSeconds: 30 };
}

function log(result: object, rule?: object, more: object = {}): string {
  const driver = { name: 'Own', semanticVersion: '1.2.3', ...(rule !== undefined && { rules: [rule] }) };
  return JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver }, results: [result], ...more }] });
}

async function findingsOf(sarif: string): Promise<readonly unknown[]> {
  const world = await programWorld({ own: printing(sarif) });
  return (await createSarifScanner(command('own', '{sbom}'), world, NOW).scan(SUBJECT, signal)).findings;
}

const SNYK_RULE = {
  id: 'SNYK-DEBIAN13-OPENSSL-1',
  shortDescription: { text: 'High severity - Out-of-bounds Read vulnerability in openssl' },
  fullDescription: { text: '(CVE-2026-12345) openssl/libssl3t64@3.5.1-1' },
  properties: { tags: ['security', 'debian:13'], 'security-severity': '7.5' },
};
const TRIVY_TEXT =
  'Package: libssl3t64\nInstalled Version: 3.5.1-1\nVulnerability CVE-2026-12345\nSeverity: CRITICAL\nFixed Version: 3.5.1-1+deb13u1\nLink: [CVE-2026-12345](https://x)';

describe('what tools write about a package', () => {
  test.each<{ summary: string; result: object; rule?: object; expected: object }>([
    {
      summary: 'Snyk: in the logical location, and the CVE in the rule',
      result: {
        ruleId: SNYK_RULE.id,
        level: 'error',
        message: { text: 'This file introduces a vulnerable openssl package.' },
        locations: [{ logicalLocations: [{ fullyQualifiedName: 'openssl/libssl3t64@3.5.1-1' }] }],
      },
      rule: SNYK_RULE,
      expected: { id: 'CVE-2026-12345', aliases: [SNYK_RULE.id], severity: 'high' },
    },
    {
      summary: 'Trivy and Aqua: lines of the message',
      result: { ruleId: 'CVE-2026-12345', ruleIndex: 0, level: 'error', message: { text: TRIVY_TEXT } },
      expected: { severity: 'critical', fixed: '3.5.1-1+deb13u1' },
    },
    {
      summary: 'Grype: id and package in the rule’s name, lines in its help',
      result: {
        ruleId: 'CVE-2026-12345-libssl3t64',
        message: { text: 'A high vulnerability in deb package' },
      },
      rule: {
        id: 'CVE-2026-12345-libssl3t64',
        help: {
          text: 'Vulnerability CVE-2026-12345\nSeverity: high\nPackage: libssl3t64\nVersion: 3.5.1-1\nFix Version: \n',
        },
      },
      expected: { severity: 'high' },
    },
    {
      summary: 'a purl among the properties, and only a level',
      result: {
        ruleId: 'GHSA-aaaa-bbbb-cccc',
        level: 'note',
        properties: { purl: 'pkg:deb/debian/libssl3t64@3.5.1-1?arch=amd64' },
      },
      expected: { id: 'GHSA-aaaa-bbbb-cccc', severity: 'low' },
    },
  ])('$summary', async ({ result, rule, expected }) => {
    const findings = await findingsOf(log(result, rule));
    const common = {
      id: 'CVE-2026-12345',
      aliases: [],
      package: 'libssl3t64',
      source: 'openssl',
      installed: '3.5.1-1',
    };
    const more = { severityFrom: 'own', platforms: ['linux/amd64'] };
    expect(findings).toEqual([{ ...common, ...more, ...expected }]);
  });

  test('what names no package is not lost; what is no problem is none', async () => {
    expect(await findingsOf(log({ ruleId: 'CVE-2026-9', message: { text: 'bad' } }))).toMatchObject([
      { id: 'CVE-2026-9', package: 'unnamed', source: 'unnamed', severity: 'medium' },
    ]);
    expect(await findingsOf(log({ ruleId: 'CVE-2026-9', kind: 'pass' }))).toEqual([]);
  });
});

describe('the command', () => {
  const clean = log({ ruleId: 'x', kind: 'pass' });

  test('gets what it names, writes where it likes, and may end with 1', async () => {
    process.env['OWN_TOKEN'] = 'token';
    process.env['OTHER_TOKEN'] = 'other';
    try {
      const script = `[ "$OWN_TOKEN$OTHER_TOKEN" = token ] || exit 7\n${printing(clean, '"$2"')}\nexit 1`;
      const world = await programWorld({ own: script });
      const argv = command('own', '--to', '{output}', '{image}');
      const result = await createSarifScanner(argv, world, NOW).scan(SUBJECT, signal);
      expect(result).toEqual({
        tool: 'own',
        toolVersion: '1.2.3',
        status: 'clean',
        feed: 'Own',
        feedDate: NOW.toISOString(),
        findings: [],
      });
      expect(await world.calls()).toEqual([expect.stringContaining(`python@${DIGEST}`)]);
    } finally {
      delete process.env['OWN_TOKEN'];
      delete process.env['OTHER_TOKEN'];
    }
  });

  test.each([
    {
      summary: 'is missing',
      argv: ['other', '{sbom}'],
      message: 'cannot scan with other: it is not on PATH',
    },
    { summary: 'wants a layout', argv: ['own', '{layout}'], message: 'the image is only in its registry' },
    { summary: 'fails', argv: ['own', 'fail'], message: 'cannot scan with own: no licence' },
    {
      summary: 'writes no SARIF',
      argv: ['own', 'text'],
      message: 'cannot read the SARIF of own: expected JSON',
    },
    { summary: 'says that it failed', argv: ['own', 'failed'], message: 'it says that its scan failed' },
  ])('$summary: not scanned', async ({ argv, message }) => {
    const failed = log({ ruleId: 'x' }, undefined, { invocations: [{ executionSuccessful: false }] });
    const world = await programWorld({
      own: `case "$1" in fail) echo 'no licence' >&2; exit 2;; text) echo hello;; *) ${printing(failed)}
esac`,
    });
    await expect(createSarifScanner(command(...argv), world, NOW).scan(SUBJECT, signal)).rejects.toThrow(
      message,
    );
  });
});
