import { expect, test } from 'vitest';
import { loadCatalog } from '../../../src/catalog/index.ts';
import type { Catalog } from '../../../src/model/index.ts';
import { GOOD_CATALOG, temporaryFolder, writeCatalog } from '../../support/catalog-folder.ts';
import { problemsAfter } from '../../support/catalog-mistakes.ts';

const ECR = {
  kind: 'ecr',
  account: '111122223333',
  region: 'eu-central-1',
  factory: 'arn:aws:iam::111122223333:role/ingot-factory',
};

async function loaded(changes: { target?: object; team?: object }): Promise<Catalog> {
  using folder = temporaryFolder();
  writeCatalog(folder.path, {
    ...GOOD_CATALOG,
    'catalog.json': {
      ...GOOD_CATALOG['catalog.json'],
      targets: { production: { ...ECR, ...changes.target } },
    },
    'teams/payments.json': { ...GOOD_CATALOG['teams/payments.json'], ...changes.team },
  });
  const result = await loadCatalog(folder.path);
  if (result.kind !== 'ok') {
    throw new Error(result.problems.map(({ field, message }) => `${field}: ${message}`).join('\n'));
  }
  return result.catalog;
}

test('a target in ECR is a registry with a host of its own, and is kept by defaults', async () => {
  const { targets } = await loaded({});
  expect(targets[1]).toEqual({
    name: 'production',
    kind: 'registry',
    registry: '111122223333.dkr.ecr.eu-central-1.amazonaws.com',
    prefix: 'golden',
    compression: 'gzip',
    attestations: 'classic',
    inputs: true,
    ecr: {
      account: '111122223333',
      region: 'eu-central-1',
      prefix: 'golden',
      factory: 'arn:aws:iam::111122223333:role/ingot-factory',
      encryption: { kind: 'aes256' },
      scanning: { kind: 'basic', rules: [{ frequency: 'scan-on-push', repositories: ['*'] }] },
      tags: {},
      retention: {
        runtime: { releases: 10, days: 90, untaggedDays: 7 },
        dev: { releases: 3, days: 30, untaggedDays: 3 },
      },
    },
  });
});

test.each([
  { partition: 'aws-cn', region: 'cn-north-1', suffix: 'amazonaws.com.cn' },
  { partition: 'aws-us-gov', region: 'us-gov-west-1', suffix: 'amazonaws.com' },
  { partition: 'aws-eusc', region: 'eusc-de-east-1', suffix: 'amazonaws.eu' },
])('the registry of $region is at $suffix, and its roles are of $partition', async (known) => {
  const { partition, region, suffix } = known;
  const host = `111122223333.dkr.ecr.${region}.${suffix}`;
  const factory = `arn:${partition}:iam::111122223333:role/ingot-factory`;
  const { targets } = await loaded({ target: { region, factory } });
  expect(targets[1]).toMatchObject({ registry: host });
});

test('a team can have some tracks only, dev images, and principals', async () => {
  const aws = { principals: ['arn:aws:iam::444455556666:root'], accounts: ['777788889999'] };
  const { teams } = await loaded({ team: { images: ['base', { name: 'node', tracks: ['24'] }], aws } });
  expect(teams[0]).toMatchObject({ images: [{ name: 'base' }, { name: 'node', tracks: ['24'] }], aws });
});

test('every mistake is told with its file and field', async () => {
  const problems = await problemsAfter((files) => {
    files['catalog.json'].targets = {
      production: {
        ...ECR,
        account: '1111',
        region: 'Frankfurt',
        organisation: 'o-1',
        factory: 'ingot',
        encryption: 'none',
        scanning: { rules: [{ frequency: 'daily' }] },
        retention: { dev: { releases: 0 } },
      },
    };
    files['teams/payments.json'].aws = { principals: ['*'], accounts: [] };
    files['teams/payments.json'].images = [{ name: 'node', tracks: ['24', '23'] }, 7];
  });
  expect(problems).toMatchInlineSnapshot(`
    [
      "catalog.json: targets.production.account: expected the twelve digits of an AWS account, got "1111"",
      "catalog.json: targets.production.encryption: expected "aes256", "kms" (the key that AWS keeps) or {"kms": ARN of a key}, got "none"",
      "catalog.json: targets.production.factory: expected the ARN of a role such as "arn:aws:iam::111122223333:role/ingot-factory", got "ingot"",
      "catalog.json: targets.production.organisation: expected the id of an AWS organisation such as "o-a1b2c3d4e5", got "o-1"",
      "catalog.json: targets.production.region: expected the name of an AWS region such as "eu-central-1", got "Frankfurt"",
      "catalog.json: targets.production.retention.dev.releases: expected at least 1, got 0",
      "catalog.json: targets.production.scanning.rules[0].frequency: expected "scan-on-push" or "continuous-scan", got "daily"",
      "teams/payments.json: aws.principals[0]: expected the ARN of an account's root, a role or a user, such as "arn:aws:iam::111122223333:role/team-a", got "*"",
      "teams/payments.json: images[0].tracks[1]: expected "24" or "22", got "23"",
      "teams/payments.json: images[1]: expected the name of an image, or its "name" with some of its "tracks", got 7",
    ]
  `);
});

test('namespaces lie neither in each other, nor in applications, nor among golden images', async () => {
  const problems = await problemsAfter((files) => {
    files['catalog.json'].targets = { production: { ...ECR, prefix: 'platform' } };
    const team = files['teams/payments.json'];
    files['teams/cards.json'] = { ...team, name: 'cards', namespace: 'team-payments/cards' };
    files['teams/apps.json'] = { ...team, name: 'apps', namespace: 'team-payments-apps' };
    files['teams/core.json'] = { ...team, name: 'core', namespace: 'platform/core' };
  });
  expect(problems).toEqual([
    'teams/apps.json: namespace: expected a namespace outside "team-payments-apps", which is for applications of teams/payments.json, got "team-payments-apps"',
    'teams/cards.json: namespace: expected a namespace outside "team-payments", which is for teams/payments.json, got "team-payments/cards"',
    'teams/core.json: namespace: expected a namespace outside "platform", which is for golden images of target "production", got "platform/core"',
  ]);
});
