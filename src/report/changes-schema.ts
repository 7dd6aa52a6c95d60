import { z } from 'zod';

const bytes = z.int().nonnegative();
const count = z.int().nonnegative();

/** What a release changes against the one before it. */
export type ReportedChanges = z.output<typeof ReportedChanges>;
export const ReportedChanges = z.strictObject({
  since: z.string().describe('Unique tag of the release before'),
  packages: z.array(
    z.strictObject({
      kind: z.enum(['deb', 'apk', 'upstream']),
      name: z.string(),
      from: z.string().nullable().describe('Null: it is new'),
      to: z.string().nullable().describe('Null: it is gone'),
      platforms: z.array(z.string()),
      changelog: z
        .enum(['read', 'unknown', 'not-asked'])
        .describe('Unknown: no CVE is listed, which says nothing'),
      fixed: z.array(z.strictObject({ id: z.string(), line: z.string() })),
      introduced: z.array(z.strictObject({ id: z.string(), line: z.string() })),
    }),
  ),
  platforms: z.array(
    z.strictObject({
      platform: z.string(),
      files: z.strictObject({ added: count, removed: count, changed: count }),
      config: z.array(z.string()).describe('Fields of the configuration that changed'),
      download: z.strictObject({ before: bytes, after: bytes }),
    }),
  ),
});
