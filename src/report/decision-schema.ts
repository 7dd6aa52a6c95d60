import { z } from 'zod';
import { DECISION_KINDS } from '../model/index.ts';

/** A decision of the catalog, and what became of it in this run. */
export type ReportedDecision = z.output<typeof ReportedDecision>;
export const ReportedDecision = z.strictObject({
  file: z.string().describe('"decisions/python-3.11.json"'),
  kind: z.enum(DECISION_KINDS),
  target: z.string().describe('Ids of the images it is for, with * for any characters'),
  subject: z
    .string()
    .describe('What of them: "CVE-2026-126714 in libssl3t64"; empty where it is the whole image'),
  owner: z.string(),
  reason: z.string(),
  expires: z.iso.date().describe('The last day it counts; of a withdrawal the day to look at it again'),
  state: z
    .enum(['used', 'unused', 'expired', 'contradicted', 'standing', 'not-looked-at'])
    .describe(
      'Unused: all images it is for were looked at, and none needed it. Contradicted: it says something of an image that is not so. Standing: a withdrawal that nothing met today, which counts for ever',
    ),
  uses: z
    .array(z.strictObject({ image: z.string(), what: z.string() }))
    .describe('Images that needed it, and for what'),
  blocks: z
    .array(z.string())
    .describe('Images that policy says no to because it has expired, is contradicted, or forbids them'),
  notLookedAt: z
    .array(z.string())
    .describe('Images it is for of which this run did not find out whether they need it'),
  note: z.string().nullable().describe('What there is to do about it'),
});
