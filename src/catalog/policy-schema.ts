import { z } from 'zod';
import { SEVERITIES, type Policy } from '../model/index.ts';
import { licencePattern, name } from './patterns.ts';

/** Days a fix may be out, by severity: docs/decisions/0027-gate.md has where the numbers come from. */
const GRACE_DAYS = { critical: 2, high: 7, medium: 30, low: 90, unknown: 7 } as const;

function graceDays(severity: keyof typeof GRACE_DAYS, severityText: string): z.ZodDefault<z.ZodInt> {
  return z.int().min(0).default(GRACE_DAYS[severity]).describe(`Of a vulnerability ${severityText}`);
}

/** `policy` in `catalog.json`: what the gate demands of every image. */
export type PolicyFile = z.output<typeof PolicyFile>;
export const PolicyFile = z.strictObject({
  'required-scanners': z
    .array(name)
    .min(1)
    .default(['debian-archive'])
    .describe('An image is blocked while one of these has no fresh result'),
  'max-feed-age-hours': z.int().min(1).default(48).describe('Older knowledge of a scanner counts as stale'),
  'max-scan-age-hours': z
    .int()
    .min(2)
    .default(168)
    .describe('Readers refuse an older scan attestation; after half of it a fresh one is written'),
  'grace-days': z
    .strictObject({
      critical: graceDays('critical', 'that is critical'),
      high: graceDays('high', 'of high severity'),
      medium: graceDays('medium', 'of medium severity'),
      low: graceDays('low', 'of low severity'),
      unknown: graceDays('unknown', 'that nobody rated, such as of most security updates of Debian'),
    })
    .prefault({})
    .describe('Once its fix has been out for so many days, a vulnerability blocks; 0: at once'),
  'block-known-exploited': z
    .boolean()
    .default(true)
    .describe("A vulnerability in CISA's catalog of exploited ones blocks at once, also without a fix"),
  'block-unfixed': z
    .array(z.enum(SEVERITIES))
    .default([])
    .describe('Severities that block while there is no fix, unless the vendor says that none is needed'),
  'denied-licences': z
    .array(licencePattern)
    .default([])
    .describe('SPDX ids of licences that no package may need, with * for any characters: "AGPL-3.0-*"'),
  'max-growth-percent': z
    .int()
    .min(0)
    .default(25)
    .describe('An image whose download grows by more, and by more than 5 MB, of itself is blocked'),
  'require-test-report': z
    .boolean()
    .default(true)
    .describe('An image without an attested test report is made and tested again, and blocked until then'),
  'block-drift': z
    .boolean()
    .default(true)
    .describe(
      'A package, setuid file, program or open port that appears of itself, or a package that disappears, is blocked until a decision accepts it',
    ),
});

export function toPolicy(written: PolicyFile): Policy {
  return {
    requiredScanners: written['required-scanners'],
    maxFeedAgeHours: written['max-feed-age-hours'],
    maxScanAgeHours: written['max-scan-age-hours'],
    graceDays: written['grace-days'],
    blockKnownExploited: written['block-known-exploited'],
    blockUnfixed: written['block-unfixed'],
    deniedLicences: written['denied-licences'],
    maxGrowthPercent: written['max-growth-percent'],
    requireTestReport: written['require-test-report'],
    blockDrift: written['block-drift'],
  };
}
