import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GOOD_CATALOG, temporaryFolder, writeCatalog } from '../../support/catalog-folder.ts';
import type { TemporaryFolder } from '../../support/catalog-folder.ts';
import { runFakeCli } from '../../support/fake-factory.ts';

const PRODUCTION = {
  kind: 'ecr',
  account: '111122223333',
  region: 'eu-central-1',
  organisation: 'o-a1b2c3d4e5',
  factory: 'arn:aws:iam::111122223333:role/platform/ingot-factory',
  encryption: { kms: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab' },
};
const TARGETS = { production: PRODUCTION };

let folder: TemporaryFolder;

/** One team with a role, a user and an account of its own. */
function writeTargets(targets: object): void {
  writeCatalog(folder.path, {
    ...GOOD_CATALOG,
    'catalog.json': { ...GOOD_CATALOG['catalog.json'], targets },
    'teams/payments.json': {
      ...GOOD_CATALOG['teams/payments.json'],
      aws: {
        principals: [
          'arn:aws:iam::111122223333:role/payments/deploy',
          'arn:aws:iam::111122223333:user/payments.ci',
          'arn:aws:iam::444455556666:role/payments',
        ],
        accounts: ['777788889999'],
      },
    },
  });
}

beforeEach(() => {
  folder = temporaryFolder();
  writeTargets(TARGETS);
});

afterEach(() => folder[Symbol.dispose]());

async function written(...argv: string[]): Promise<Readonly<Record<string, object>>> {
  const { exitCode, stdout } = await runFakeCli(['ecr', 'policies', ...argv], { cwd: folder.path });
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as Record<string, object>;
}

test.for(['json', 'terraform'])('policies of a small catalog as %s', async (format) => {
  for (const [name, content] of Object.entries(await written('--format', format))) {
    await expect(`${JSON.stringify(content, null, 2)}\n`).toMatchFileSnapshot(
      path.join(import.meta.dirname, '../../golden/ecr', format, name),
    );
  }
});

test('files are written below a folder, and named', async () => {
  const all = await written();
  const argv = ['ecr', 'policies', '--output', 'aws/policies'];
  const { stdout } = await runFakeCli(argv, { cwd: folder.path });
  const names = stdout.trimEnd().split('\n');
  expect(names).toEqual(Object.keys(all).map((name) => `aws/policies/${name}`));
  for (const [name, content] of Object.entries(all)) {
    const text = readFileSync(path.join(folder.path, 'aws/policies', name), 'utf8');
    expect(JSON.parse(text)).toEqual(content);
  }
  const asJson = await runFakeCli([...argv, '--json'], { cwd: folder.path });
  expect(JSON.parse(asJson.stdout)).toEqual({ files: Object.keys(all) });
});

test('Terraform holds the same policies as their files, but for those of repositories', async () => {
  const policies = await written();
  const modules = JSON.stringify(await written('--format', 'terraform')).replaceAll('${var.', '${');
  for (const [name, document] of Object.entries(policies)) {
    const embedded = JSON.stringify(JSON.stringify(document)).slice(1, -1);
    expect(modules.includes(embedded), name).toBe(!name.startsWith('repositories/'));
  }
});

test('Terraform asks for every variable that it uses, and for no other', async () => {
  for (const content of Object.values(await written('--format', 'terraform'))) {
    const { variable = {} } = content as { readonly variable?: object };
    const used = JSON.stringify(content).matchAll(/\bvar\.(\w+)/g);
    expect(new Set([...used].map(([, name]) => name))).toEqual(new Set(Object.keys(variable)));
  }
});

test('a policy that is too large stops before a file is written', async () => {
  const names = Array.from({ length: 300 }, (_, index) => `arn:aws:iam::111122223333:role/r${index}`);
  writeCatalog(folder.path, {
    'teams/payments.json': { ...GOOD_CATALOG['teams/payments.json'], aws: { principals: names } },
  });
  const { exitCode, stderr } = await runFakeCli(['ecr', 'policies', '--output', 'aws'], { cwd: folder.path });
  expect(exitCode).toBe(3);
  expect(stderr).toContain('repositories/team-payments.json: expected at most 10240 characters');
  expect(() => readFileSync(path.join(folder.path, 'aws'))).toThrow('ENOENT');
});

test('endpoints reach every registry of the region', async () => {
  writeTargets({
    ...TARGETS,
    sandbox: { ...PRODUCTION, account: '222233334444' },
    elsewhere: { ...PRODUCTION, region: 'us-east-1', encryption: 'kms' },
  });
  const { 'endpoints/ecr.json': policy } = await written('--target', 'production');
  expect(policy).toMatchObject({
    Statement: expect.arrayContaining([
      expect.objectContaining({
        Sid: 'OurRegistries',
        Resource: [
          'arn:aws:ecr:eu-central-1:111122223333:repository/*',
          'arn:aws:ecr:eu-central-1:222233334444:repository/*',
        ],
      }),
    ]) as unknown,
  });
});

const DEPLOY = 'arn:aws:iam::111122223333:role/payments/deploy';

test.for([
  {
    asked: [DEPLOY, 'ecr:BatchGetImage', 'team-payments/node'],
    answer: [
      `allowed: ecr:BatchGetImage on arn:aws:ecr:eu-central-1:111122223333:repository/team-payments/node by ${DEPLOY}`,
      '  repositories/team-payments.json: TeamPulls allows it',
    ],
  },
  {
    asked: [DEPLOY, 'ecr:PutImage', 'golden/node', '--endpoint'],
    answer: [
      `denied: ecr:PutImage on arn:aws:ecr:eu-central-1:111122223333:repository/golden/node by ${DEPLOY} through the VPC endpoint`,
      '  repositories/golden.json: OthersDoNotPush denies it',
    ],
  },
  {
    asked: [DEPLOY, 'ecr:PutImage', 'somebody/else'],
    answer: [
      `denied: ecr:PutImage on arn:aws:ecr:eu-central-1:111122223333:repository/somebody/else by ${DEPLOY}`,
      '  no policy of who asks allows it',
      '  identities/teams/payments.json: PushApplications would, but for its Resource',
    ],
  },
  {
    asked: ['arn:aws:iam::999900001111:role/x', 'ecr:BatchGetImage', 'golden/node'],
    answer: [
      'denied: ecr:BatchGetImage on arn:aws:ecr:eu-central-1:111122223333:repository/golden/node by arn:aws:iam::999900001111:role/x',
      '  repositories/golden.json: NothingOutsideTheOrganisation denies it',
      '  note: account 999900001111 is not in the catalog: taken to be outside o-a1b2c3d4e5',
      '  note: policies of arn:aws:iam::999900001111:role/x are not in the catalog: taken to allow everything',
    ],
  },
  {
    asked: [PRODUCTION.factory, 'kms:CreateGrant', PRODUCTION.encryption.kms],
    answer: [
      `allowed: kms:CreateGrant on ${PRODUCTION.encryption.kms} by ${PRODUCTION.factory}`,
      '  key.json: FactoryLetsEcrUseIt allows it',
      '  note: kms:ViaService is taken to be ecr.eu-central-1.amazonaws.com, as ECR asks for who makes a repository',
    ],
  },
  {
    asked: [DEPLOY, 's3:PutObject', 'arn:aws:s3:::loot/x', '--endpoint'],
    answer: [
      `denied: s3:PutObject on arn:aws:s3:::loot/x by ${DEPLOY} through the VPC endpoint`,
      '  the policy of the VPC endpoint allows no such thing',
      '  no policy of who asks allows it',
      '  endpoints/s3.json: OurBuckets would, but for its StringEquals aws:ResourceOrgID',
      '  note: whose bucket arn:aws:s3:::loot/x is, is not known: --context aws:ResourceOrgID=… says it',
      '  note: the policy of arn:aws:s3:::loot/x is not in the catalog: taken to allow everything',
    ],
  },
  {
    asked: [
      'arn:aws:iam::444455556666:role/x',
      's3:PutObject',
      'arn:aws:s3:::ours/x',
      '--endpoint',
      '--context',
      'aws:ResourceOrgID=o-a1b2c3d4e5',
    ],
    answer: [
      'allowed: s3:PutObject on arn:aws:s3:::ours/x by arn:aws:iam::444455556666:role/x through the VPC endpoint',
      '  endpoints/s3.json: OurBuckets allows it',
      '  policies of arn:aws:iam::444455556666:role/x: Assumed allows it',
      '  policy of arn:aws:s3:::ours/x: Assumed allows it',
      '  note: policies of arn:aws:iam::444455556666:role/x are not in the catalog: taken to allow everything',
      '  note: the policy of arn:aws:s3:::ours/x is not in the catalog: taken to allow everything',
    ],
  },
])('explain $asked', async ({ asked, answer }) => {
  const { exitCode, stdout } = await runFakeCli(['ecr', 'explain', ...asked], { cwd: folder.path });
  expect(stdout).toBe(`${answer.join('\n')}\n`);
  expect(exitCode).toBe(0);
});

test('explain for machines', async () => {
  const argv = ['ecr', 'explain', DEPLOY, 'ecr:BatchDeleteImage', 'team-payments/node', '--json'];
  const { stdout } = await runFakeCli(argv, { cwd: folder.path });
  expect(JSON.parse(stdout)).toMatchObject({
    action: 'ecr:BatchDeleteImage',
    viaEndpoint: false,
    decision: {
      kind: 'denied',
      by: { policy: 'repositories/team-payments.json', statement: 'NobodyDeletes' },
    },
  });
});

test('who is no principal is a mistake of the command line', async () => {
  const argv = ['ecr', 'explain', 'deploy', 'ecr:BatchGetImage', 'golden/node'];
  const { exitCode, stderr } = await runFakeCli(argv, { cwd: folder.path });
  expect(exitCode).toBe(2);
  expect(stderr).toContain(
    'cannot explain access: expected the ARN of a role, a session of one, a user or an account\'s root, got "deploy"',
  );
});

test('a condition key without a value is a mistake of the command line', async () => {
  const argv = [
    'ecr',
    'explain',
    DEPLOY,
    's3:PutObject',
    'arn:aws:s3:::x/y',
    '--context',
    'aws:ResourceOrgID',
  ];
  const { exitCode, stderr } = await runFakeCli(argv, { cwd: folder.path });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('expected key=value, got "aws:ResourceOrgID"');
});
