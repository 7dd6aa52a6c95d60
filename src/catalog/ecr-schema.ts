import { z } from 'zod';
import type { EcrEncryption, EcrSettings } from '../model/index.ts';
import { ECR_SCAN_FREQUENCIES } from '../model/index.ts';
import {
  awsAccount,
  awsOrganisation,
  awsRegion,
  kmsKeyArn,
  repositoryPath,
  repositoryFilter,
  resourceTag,
  roleArn,
} from './patterns.ts';

const ScanRuleFile = z.strictObject({
  frequency: z
    .enum(ECR_SCAN_FREQUENCIES)
    // what ECR says of repositories that no rule is about
    .exclude(['manual'])
    .describe('continuous-scan: enhanced only'),
  repositories: z
    .array(repositoryFilter)
    .min(1)
    // PutRegistryScanningConfiguration
    .max(100)
    .default(['*'])
    .describe(
      'Names of repositories with * for any characters; without one, a part of names: "node" is also "golden/node-dev"',
    ),
});

const ScanningFile = z.strictObject({
  kind: z.enum(['basic', 'enhanced']).default('basic').describe('enhanced: Amazon Inspector'),
  rules: z
    .array(ScanRuleFile)
    .max(2)
    .default([{ frequency: 'scan-on-push', repositories: ['*'] }])
    .describe('Which repositories the registry scans, and how often'),
});

function retention(releases: number, days: number, untaggedDays: number) {
  return z
    .strictObject({
      releases: z.int().min(1).max(1000).default(releases).describe('The newest of each track that stay'),
      days: z.int().min(1).max(3650).default(days).describe('Days that older releases stay'),
      'untagged-days': z
        .int()
        .min(1)
        .max(3650)
        .default(untaggedDays)
        .describe('Days after which what no tag names goes'),
    })
    .prefault({});
}

/** The registry of an account of AWS in a region. */
export const EcrTargetFile = z.strictObject({
  kind: z.literal('ecr'),
  account: awsAccount,
  region: awsRegion,
  prefix: repositoryPath.default('golden').describe('Golden repositories are made below it'),
  organisation: awsOrganisation.optional().describe('Organisation whose accounts may pull'),
  factory: roleArn.describe('ARN of the role that ingot works with; nobody else may push'),
  encryption: z
    .union([z.literal('aes256'), z.literal('kms'), z.strictObject({ kms: kmsKeyArn })], {
      error: '"aes256", "kms" (the key that AWS keeps) or {"kms": ARN of a key}',
    })
    .default('aes256')
    .describe('Of repositories that are made from now on: ECR cannot change it'),
  scanning: ScanningFile.prefault({}).describe('What the registry scans by itself'),
  tags: z.record(resourceTag, z.string().max(256)).default({}).describe('Of every repository'),
  retention: z
    .strictObject({ runtime: retention(10, 90, 7), dev: retention(3, 30, 3) })
    .prefault({})
    .describe('How long releases stay; lifecycle rules are made of it'),
});
export type EcrTargetFile = z.output<typeof EcrTargetFile>;

/** What a target of kind "ecr" says of its repositories. */
export function toEcrSettings(file: EcrTargetFile): EcrSettings {
  const { account, region, prefix, organisation, factory, scanning, tags } = file;
  return {
    account,
    region,
    prefix,
    ...(organisation !== undefined && { organisation }),
    factory,
    encryption: toEncryption(file.encryption),
    scanning,
    tags,
    retention: { runtime: toRetention(file.retention.runtime), dev: toRetention(file.retention.dev) },
  };
}

function toEncryption(written: EcrTargetFile['encryption']): EcrEncryption {
  if (typeof written === 'string') {
    return { kind: written };
  }
  return { kind: 'kms', key: written.kms };
}

function toRetention({
  'untagged-days': untaggedDays,
  ...others
}: EcrTargetFile['retention']['dev']): EcrSettings['retention']['dev'] {
  return { ...others, untaggedDays };
}
