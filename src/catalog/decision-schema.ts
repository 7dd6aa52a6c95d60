import { z } from 'zod';
import {
  DECISION_KINDS,
  DRIFT_CHANGES,
  VEX_JUSTIFICATIONS,
  WAIVER_STATUSES,
  type Decision,
  type WaiveDecision,
} from '../model/index.ts';
import {
  absentFile,
  debianPackage,
  debianVersion,
  imagePattern,
  isoDate,
  releaseName,
  scannedPackage,
  sentence,
  vulnerabilityId,
} from './patterns.ts';
import { schemaLink } from './schema.ts';
import { oneOf } from './suggest.ts';
import type { WrittenFile } from './written-file.ts';

/** What every exception says, whatever it allows. */
const common = {
  $schema: schemaLink,
  target: imagePattern.describe('Ids of the images it is for, with * for any characters'),
  owner: sentence.describe('Who answers for it: an address or a group'),
  reason: sentence.describe('Why, for the reviewer and for whoever reads the report'),
  expires: isoDate.describe('The last day it counts, at most a year away: a later one is warned of'),
};

const WaiveFile = z.strictObject({
  kind: z.literal('waive').describe('Lets a finding block nothing, and tells every scanner why'),
  ...common,
  vulnerability: vulnerabilityId.describe('CVE, or another id that a scanner has for it'),
  package: scannedPackage.describe('Binary or source package that has it'),
  status: z.enum(WAIVER_STATUSES).describe('OpenVEX status: what is told to every scanner'),
  justification: z
    .enum(VEX_JUSTIFICATIONS)
    .optional()
    .describe('OpenVEX justification, with "not_affected"; it or "impact" is needed'),
  impact: sentence.optional().describe('With "not_affected": in words, why it does no harm'),
  action: sentence.optional().describe('With "affected": what whoever runs the image can do'),
  'absent-files': z
    .array(absentFile)
    .min(1)
    .optional()
    .describe(
      'Files without which it does no harm: every build is searched for them, and one that has any is blocked',
    ),
});

const HoldFile = z.strictObject({
  kind: z.literal('hold').describe('Keeps a Debian package at a version, whatever is newer'),
  ...common,
  package: debianPackage.describe('Binary package, or source package for all that are built of it'),
  version: debianVersion.describe('Version of that package, with epoch and revision'),
});

const FreezeFile = z.strictObject({
  kind: z.literal('freeze').describe('Releases nothing new: what is published stays, and is still scanned'),
  ...common,
});

const WithdrawFile = z.strictObject({
  kind: z.literal('withdraw').describe('Never promotes a release again; counts for ever'),
  ...common,
  release: releaseName.describe('Digest of the index, or the unique tag'),
  expires: isoDate.describe('The day to look at it again: it goes on counting after it'),
});

const AcceptFile = z.strictObject({
  kind: z.literal('accept').describe('Accepts what appeared in an image, or disappeared from it, by itself'),
  ...common,
  change: z.enum(DRIFT_CHANGES).describe('What changed'),
  subject: sentence.describe('Package, path, or port such as "8080/tcp"; * for any characters'),
});

const ExtendFile = z.strictObject({
  kind: z.literal('extend').describe('Releases images past their end of life'),
  ...common,
});

/** `decisions/<name>.json`: one exception from policy, reviewed like code. */
export type DecisionFile = z.output<typeof DecisionFile>;
export const DecisionFile = z.discriminatedUnion(
  'kind',
  [WaiveFile, HoldFile, FreezeFile, WithdrawFile, AcceptFile, ExtendFile],
  { error: oneOf(DECISION_KINDS) },
);

export function toDecision({ file, value }: WrittenFile<DecisionFile>): Decision {
  const { $schema: _, ...decision } = DecisionFile.parse(value);
  return decision.kind === 'waive' ? toWaiver(file, decision) : { file, ...decision };
}

function toWaiver(
  file: string,
  {
    justification,
    impact,
    action,
    'absent-files': absentFiles,
    ...waiver
  }: Omit<z.output<typeof WaiveFile>, '$schema'>,
): WaiveDecision {
  const why = justification ?? (absentFiles === undefined ? undefined : 'vulnerable_code_not_present');
  return {
    file,
    ...waiver,
    ...(why === undefined ? {} : { justification: why }),
    ...(impact === undefined ? {} : { impact }),
    ...(action === undefined ? {} : { action }),
    ...(absentFiles === undefined ? {} : { absentFiles }),
  };
}
