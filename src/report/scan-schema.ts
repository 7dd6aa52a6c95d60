import { z } from 'zod';
import { PLATFORMS, SEVERITIES } from '../model/index.ts';

export type ReportedFinding = z.output<typeof ReportedFinding>;
export const ReportedFinding = z.strictObject({
  id: z.string().describe('"CVE-2026-126714", or "pending-update" where the changelog names none'),
  aliases: z.array(z.string()),
  scanners: z.array(z.string()).describe('Who found it'),
  package: z.string(),
  source: z.string().describe('Debian source package, or the upstream release'),
  installed: z.string(),
  fixed: z.string().nullable().describe('Null: no fix is known'),
  fixedSince: z.iso.datetime().nullable(),
  suite: z.string().nullable(),
  severity: z.enum(SEVERITIES),
  severityFrom: z.string().nullable().describe('Who rated it so: "debian" first, else "osv" and others'),
  vendorStatus: z
    .string()
    .nullable()
    .describe('What Debian says of it: "resolved", "open", "no-dsa", "postponed", "ignored", …'),
  knownExploited: z.boolean().describe("In CISA's catalog of known exploited vulnerabilities"),
  platforms: z.array(z.enum(PLATFORMS)),
});

/** How each scanner got on: clean, up to date, stale and not scanned are different things. */
export type ReportedScan = z.output<typeof ReportedScan>;
export const ReportedScan = z.strictObject({
  scanner: z.string(),
  version: z.string(),
  status: z.enum(['clean', 'up-to-date', 'findings', 'stale', 'not-scanned']),
  reason: z.string().nullable().describe('Why it is stale or not scanned'),
  feed: z.string().describe('Where its knowledge comes from'),
  feedDate: z.iso
    .datetime()
    .nullable()
    .describe('When its source was last asked; null where it was not scanned'),
  findings: z.int().nonnegative(),
  unseen: z.array(z.string()).describe('What the image has and the scanner knows nothing about'),
});

export type ReportedFeed = z.output<typeof ReportedFeed>;
export const ReportedFeed = z.strictObject({
  status: z.enum(['current', 'stale', 'not-read']),
  reason: z.string().nullable(),
  feed: z.string(),
  feedDate: z.iso.datetime().nullable(),
});
