import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { repositoryFilter } from '../../../src/catalog/patterns.ts';
import { problemsAfter } from '../../support/catalog-mistakes.ts';
import { SCANNING_FILTER } from '../../support/ecr-limits.ts';
import { ECR_TARGET } from '../../support/ecr-target-files.ts';
import { ecrWorld } from '../../support/ecr-world.ts';

const CHINA = { region: 'cn-north-1', factory: 'arn:aws-cn:iam::111122223333:role/ingot-factory' };
const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const ROLE = 'arn:aws:iam::111122223333:role/payments';

function rule(frequency: string, repositories = ['*']): object {
  return { frequency, repositories };
}

function tagsNamed(count: number): object {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, 'value']));
}

describe('what a target of kind "ecr" says has to fit together', () => {
  test.each<{
    summary: string;
    target: object;
    others?: object;
    principals?: readonly string[];
    problems?: readonly string[];
  }>([
    {
      summary: 'basic scanning on push',
      target: { scanning: { kind: 'basic', rules: [rule('scan-on-push')] } },
    },
    {
      summary: 'enhanced scanning, of some continuously',
      target: {
        scanning: { kind: 'enhanced', rules: [rule('continuous-scan', ['golden/*']), rule('scan-on-push')] },
      },
    },
    {
      summary: 'basic scanning, continuously',
      target: { scanning: { kind: 'basic', rules: [rule('scan-on-push', ['a']), rule('continuous-scan')] } },
      problems: [
        'targets.production.scanning.rules[1].frequency: expected "scan-on-push", as kind "basic" has no other, got "continuous-scan"',
      ],
    },
    {
      summary: 'scanning continuously, and no kind, which is basic',
      target: { scanning: { rules: [rule('continuous-scan')] } },
      problems: [
        'targets.production.scanning.rules[0].frequency: expected "scan-on-push", as kind "basic" has no other, got "continuous-scan"',
      ],
    },
    {
      summary: 'scanning of no kind that there is: one problem, not two',
      target: { scanning: { kind: 'advanced', rules: [rule('continuous-scan')] } },
      problems: ['targets.production.scanning.kind: expected "basic" or "enhanced", got "advanced"'],
    },
    {
      summary: 'scanning by hand, which is what no rule is about',
      target: { scanning: { kind: 'enhanced', rules: [rule('manual')] } },
      problems: [
        'targets.production.scanning.rules[0].frequency: expected "scan-on-push" or "continuous-scan", got "manual"',
      ],
    },
    {
      summary: 'a filter that ECR does not take',
      target: { scanning: { rules: [rule('scan-on-push', ['golden/'])] } },
      problems: [
        'targets.production.scanning.rules[0].repositories[0]: expected the name of a repository, a part of it, or a pattern such as "golden/*", got "golden/"',
      ],
    },
    { summary: 'a target in China', target: CHINA },
    {
      summary: 'a role in another partition than the region',
      target: { ...CHINA, factory: ECR_TARGET.factory },
      problems: [
        'targets.production.factory: expected a role in partition "aws-cn", which region "cn-north-1" is in, got "arn:aws:iam::111122223333:role/ingot-factory"',
      ],
    },
    { summary: 'a key in the region', target: { encryption: { kms: KEY } } },
    {
      summary: 'a key in another region',
      target: { encryption: { kms: KEY }, region: 'eu-west-1' },
      problems: [
        `targets.production.encryption.kms: expected a key in partition "aws" and region "eu-west-1", as its repositories are, got "${KEY}"`,
      ],
    },
    {
      summary: 'a key in another partition',
      target: { ...CHINA, encryption: { kms: KEY.replace('eu-central-1', 'cn-north-1') } },
      problems: [
        `targets.production.encryption.kms: expected a key in partition "aws-cn" and region "cn-north-1", as its repositories are, got "${KEY.replace('eu-central-1', 'cn-north-1')}"`,
      ],
    },
    {
      summary: "tags that are AWS's, and ingot's",
      target: { tags: { 'AWS:owner': 'x', 'ingot:managed': 'false', owner: 'platform' } },
      problems: [
        'targets.production.tags["AWS:owner"]: expected a key of at most 128 characters that begins neither with "aws:" nor with "ingot:", got "AWS:owner"',
        'targets.production.tags["ingot:managed"]: expected a key of at most 128 characters that begins neither with "aws:" nor with "ingot:", got "ingot:managed"',
      ],
    },
    { summary: 'as many tags as there can be', target: { tags: tagsNamed(49) } },
    {
      summary: 'a tag too many',
      target: { tags: tagsNamed(50) },
      problems: [
        "targets.production.tags: expected at most 49 tags, as ECR takes 50 and one is ingot's, got 50",
      ],
    },
    {
      summary: 'principals of two targets in two partitions',
      target: ECR_TARGET,
      others: { china: { ...ECR_TARGET, ...CHINA } },
      principals: [ROLE, ROLE.replace('aws', 'aws-cn')],
    },
    {
      summary: 'a principal that is in the partition of no target',
      target: CHINA,
      principals: [ROLE.replace('aws', 'aws-cn'), ROLE],
      problems: [
        `teams/payments.json: aws.principals[1]: expected a principal in partition "aws-cn", as the targets are, got "${ROLE}"`,
      ],
    },
  ])('$summary', async ({ target, others, principals = [], problems = [] }) => {
    const got = await problemsAfter((files) => {
      files['catalog.json'].targets = { production: { ...ECR_TARGET, ...target }, ...others };
      files['teams/payments.json'].aws = { principals, accounts: [] };
    });
    expect(got).toEqual(problems.map((each) => (each.startsWith('teams/') ? each : `catalog.json: ${each}`)));
  });

  test('a principal is in no partition where there is no target in AWS', async () => {
    const got = await problemsAfter((files) => {
      files['teams/payments.json'].aws = { principals: [ROLE], accounts: [] };
    });
    expect(got).toEqual([]);
  });
});

describe('what the catalog takes, ECR takes', () => {
  test.each(
    ['basic', 'enhanced'].flatMap((kind) =>
      ['scan-on-push', 'continuous-scan'].map((frequency) => ({ kind, frequency })),
    ),
  )('scanning $kind, $frequency', async ({ kind, frequency }) => {
    const { plan, run, server } = await ecrWorld({ scanning: { kind, rules: [rule(frequency)] } });
    const isTaken = await takes(server.url, {
      scanType: kind.toUpperCase(),
      rules: [
        {
          scanFrequency: frequency.toUpperCase().replaceAll('-', '_'),
          repositoryFilters: [{ filter: '*', filterType: 'WILDCARD' }],
        },
      ],
    });
    server.calls.length = 0;
    expect((await plan()).exitCode).toBe(isTaken ? 0 : 2);
    if (isTaken) {
      expect((await run('ecr', 'apply', 'plan.json')).exitCode).toBe(0);
    } else {
      expect(server.calls).toEqual([]);
    }
  });

  test('filters are those of the API reference', () => {
    const filter = fc.string({
      unit: fc.constantFrom('a', '9', '*', '.', '_', '-', '/', 'A', ' '),
      maxLength: 12,
    });
    fc.assert(
      fc.property(filter, (text) => {
        expect(repositoryFilter.safeParse(text).success).toBe(SCANNING_FILTER.test(text));
      }),
    );
    expect(repositoryFilter.safeParse('a'.repeat(255)).success).toBe(true);
    expect(repositoryFilter.safeParse('a'.repeat(256)).success).toBe(false);
  });
});

async function takes(url: string, input: object): Promise<boolean> {
  const target = 'AmazonEC2ContainerRegistry_V20150921.PutRegistryScanningConfiguration';
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'x-amz-target': target },
    body: JSON.stringify(input),
  });
  return answer.ok;
}
