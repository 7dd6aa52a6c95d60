import { z } from 'zod';
import { ECR_FIELDS, PLATFORMS, STAGES, VARIANTS } from '../model/index.ts';
import { ReportedChanges } from './changes-schema.ts';
import { ReportedDecision } from './decision-schema.ts';
import { ReportedFeed, ReportedFinding, ReportedScan } from './scan-schema.ts';

const instant = z.iso.datetime();
const milliseconds = z.number().nonnegative();
const bytes = z.int().nonnegative();

/** How the run ended for one image. What is not known, because the run did not get there, is null or empty. */
export type ReportedImage = z.output<typeof ReportedImage>;
export const ReportedImage = z.strictObject({
  id: z
    .string()
    .describe('Repository and track, "python-3.13"; of an image file that says neither, the file'),
  stack: z.string().describe('Empty where the image file does not say'),
  variant: z.enum(VARIANTS),
  platforms: z
    .array(z.enum(PLATFORMS))
    .describe('What `ref` holds; those of the catalog where nothing was made'),
  outcome: z.enum(['released', 'unchanged', 'frozen', 'postponed', 'kept', 'blocked', 'failed']),
  ref: z.string().nullable().describe('By digest: "127.0.0.1:5000/golden/python@sha256:…"'),
  tags: z.array(z.string()).describe('The unique tag, then the moving one'),
  buildId: z.string().nullable(),
  packages: z
    .array(z.strictObject({ name: z.string(), version: z.string() }))
    .describe('What the image holds, over all its platforms'),
  sizes: z
    .strictObject({ compressed: bytes, unpacked: bytes })
    .nullable()
    .describe('Bytes of the largest platform: all layers as pushed, and all files'),
  layers: z
    .array(z.strictObject({ digest: z.string(), size: bytes }))
    .describe('Layers as pushed, over all its platforms'),
  stages: z.array(
    z.strictObject({
      stage: z.enum(STAGES),
      status: z.enum(['done', 'skipped', 'failed']),
      ms: milliseconds,
    }),
  ),
  scans: z.array(ReportedScan).describe('How each scanner got on; empty where nothing was scanned'),
  knownExploited: ReportedFeed.nullable().describe(
    "CISA's catalog, as far as it could be read; null where nobody asked",
  ),
  findings: z.array(ReportedFinding).describe('Of all scanners, one for each vulnerability in each package'),
  reasons: z
    .array(
      z.strictObject({
        rule: z.string(),
        message: z.string(),
        decisions: z
          .array(z.string())
          .describe('Files of those that it is about: they do not count, or they forbid it'),
      }),
    )
    .describe('Why policy blocked it'),
  failingSince: instant
    .nullable()
    .describe('Since when policy says no to it or to those before it; null unless blocked'),
  isNews: z.boolean().describe('Blocked for a reason that it was not blocked for the last time: exit code 1'),
  error: z
    .strictObject({ code: z.string(), message: z.string(), hint: z.string().nullable() })
    .nullable()
    .describe('Why it failed, or was kept as published; docs/errors.md explains the code'),
  postponed: z
    .strictObject({
      failures: z.int().positive().describe('Runs in a row in which it failed'),
      runs: z.int().nonnegative().describe('Further runs that leave it out'),
      code: z.string().describe('Of the last failure'),
      message: z.string(),
    })
    .nullable()
    .describe('Why this run left it out; null unless it did'),
  changes: ReportedChanges.nullable().describe(
    'Against the release before; null where nothing new was released, or it is the first',
  ),
  fixes: z
    .array(
      z.strictObject({
        source: z.string(),
        version: z.string(),
        since: instant.describe('Date of the package: when the fix was made'),
        releasedAt: instant.describe('When the image with it had its tags'),
      }),
    )
    .describe("Of Debian's security archive, that this release brought; empty where nothing was released"),
  notices: z
    .array(z.string())
    .describe('What a person should know about its inputs and what stopped nothing'),
});

/** Where the registry is not as the catalog says: docs/ecr.md. */
export type ReportedDrift = z.output<typeof ReportedDrift>;
const ReportedDrift = z.strictObject({
  error: z
    .strictObject({ code: z.string(), message: z.string(), hint: z.string().nullable() })
    .nullable()
    .describe('Why it could not be looked at'),
  resources: z.array(
    z.strictObject({
      repository: z.string().nullable().describe("Null for the registry's own settings"),
      state: z.enum(['missing', 'differs']),
      fields: z.array(z.enum(ECR_FIELDS)),
    }),
  ),
  left: z
    .int()
    .nonnegative()
    .describe(
      'Policies, lifecycle policies and settings that this run left to the next ones, to stay below its calls',
    ),
});

/** `report.json`, the one contract for machines. A change that breaks a reader raises `schemaVersion`. */
export type Report = z.output<typeof Report>;
export const Report = z.strictObject({
  schemaVersion: z.literal(2),
  runId: z.string(),
  startedAt: instant,
  finishedAt: instant,
  target: z.string(),
  exitCode: z.int().nonnegative(),
  layers: z
    .strictObject({ sum: bytes, stored: bytes })
    .describe('Bytes of the layers of all images: added up, and each layer once, as a registry stores them'),
  decisions: z
    .array(ReportedDecision)
    .describe('All of the catalog, also where only some of its images were run'),
  drift: ReportedDrift.nullable().describe(
    'Null where the target is no ECR registry, or the run did not look',
  ),
  cache: z
    .strictObject({ bytes, maxBytes: bytes, removedBytes: bytes })
    .nullable()
    .describe(
      "Downloads, builders and toolboxes on this machine, without BuildKit's cache; null where the run ended early",
    ),
  images: z.array(ReportedImage),
});

/** For `schemas/report.json`. */
export function reportJsonSchema(): object {
  return { title: 'ingot report', ...z.toJSONSchema(Report) };
}
