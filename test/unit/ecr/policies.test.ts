import { expect, test } from 'vitest';
import {
  evaluate,
  explainAccess,
  policyText,
  terraformFiles,
  writtenPolicies,
} from '../../../src/ecr/index.ts';
import type { NamedPolicy, PolicyInput, WrittenPolicy } from '../../../src/ecr/index.ts';
import { eksImageAccount } from '../../../src/ecr/policies/endpoint-policy.ts';
import { trustPolicy } from '../../../src/ecr/policies/trust-policy.ts';
import { LOCAL_SIGNING, type Team } from '../../../src/model/index.ts';
import {
  FOREIGN,
  OURS,
  policyInput,
  SETTINGS,
  team,
  TEAM_A,
  TEAM_C,
  TEAMS,
  WORKLOADS,
} from '../../support/ecr-catalog.ts';

function written(input: PolicyInput, name: string): WrittenPolicy['document'] | undefined {
  return writtenPolicies(input).find((policy) => policy.name === name)?.document;
}

/** Whoever asks, and of whatever is asked for. */
const ALL: NamedPolicy = {
  name: 'all',
  document: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
  },
};

test('every statement has a name of its own', () => {
  for (const { document } of writtenPolicies(policyInput())) {
    const names = document.Statement.map(({ Sid }) => Sid);
    expect(names).not.toContain(undefined);
    expect(new Set(names).size).toBe(names.length);
    // IAM user guide, "Sid": managed policies take letters and digits only
    expect(names.every((name) => /^[A-Za-z0-9]+$/.test(name ?? ''))).toBe(true);
  }
});

test.for([
  ['eu-central-1', '602401143452'],
  ['ap-east-1', '800184023465'],
  ['me-south-1', '558608220178'],
  ['cn-north-1', '918309763551'],
  ['cn-northwest-1', '961992271922'],
  ['us-gov-west-1', '013241004608'],
  ['eusc-de-east-1', '877088126301'],
])('images of EKS in %s are in account %s', ([region = '', account]) => {
  expect(eksImageAccount(region)).toBe(account);
});

test.for([
  { region: 'cn-north-1', partition: 'aws-cn', service: 'ecr.cn-north-1.amazonaws.com.cn' },
  { region: 'us-gov-west-1', partition: 'aws-us-gov', service: 'ecr.us-gov-west-1.amazonaws.com' },
  { region: 'eusc-de-east-1', partition: 'aws-eusc', service: 'ecr.eusc-de-east-1.amazonaws.eu' },
])('in $region every ARN is one of $partition', ({ region, partition, service }) => {
  const moved = (arn: string): string =>
    arn.replace('arn:aws:', `arn:${partition}:`).replace(SETTINGS.region, region);
  const principals = [moved(TEAM_A)];
  const input = policyInput(
    {
      region,
      factory: moved(SETTINGS.factory),
      encryption: { kind: 'kms', key: moved(`arn:aws:kms:eu-central-1:${OURS}:key/1234`) },
    },
    { teams: [team('team-a', { principals, accounts: [FOREIGN] })] },
  );
  const text = writtenPolicies(input)
    .map(({ document }) => policyText(document))
    .join('\n');
  expect(new Set(text.match(/arn:[^:]+:/g))).toEqual(new Set([`arn:${partition}:`]));
  expect(text).toContain(`arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*`);
  expect(text).toContain(service);
  const question = { action: 'ecr:BatchGetImage', resource: 'team-a/node', viaEndpoint: true };
  expect(explainAccess({ ...question, principal: principals[0] ?? '' }, input).decision.kind).toBe('allowed');
});

test('a region without images of EKS has no statement for them', () => {
  const { Statement } = written(policyInput({ region: 'xx-west-1' }), 'endpoints/ecr.json') ?? {
    Statement: [],
  };
  expect(Statement.map(({ Sid }) => Sid)).toEqual(['LogIn', 'OurRegistries', 'FactoryKeepsTheRegistry']);
});

/** Nothing is known of accounts but what the catalog names. */
function withoutOrganisation(): PolicyInput {
  const { organisation: _, ...settings } = SETTINGS;
  return { target: { name: 'production', settings }, teams: TEAMS, registries: [settings] };
}

test.for([
  { who: TEAM_A, resource: 'golden/node', kind: 'allowed' },
  { who: TEAM_A, resource: 'team-b/node', kind: 'denied' },
  { who: TEAM_C, resource: 'golden/node', kind: 'allowed' },
  { who: TEAM_C, resource: 'team-c/node', kind: 'allowed' },
  { who: `arn:aws:iam::${FOREIGN}:role/x`, resource: 'golden/node', kind: 'not-allowed' },
  { who: `arn:aws:iam::${FOREIGN}:role/x`, resource: 'team-a/node', kind: 'denied' },
])('without an organisation, $who on $resource is $kind', ({ who, resource, kind }) => {
  const question = { principal: who, action: 'ecr:BatchGetImage', resource, viaEndpoint: true };
  expect(explainAccess(question, withoutOrganisation()).decision.kind).toBe(kind);
});

const BOTH = ['with', 'without'] as const;

test.for(
  BOTH.flatMap((organisation) => [
    { organisation, who: OURS, bucketOf: OURS, kind: 'allowed' },
    { organisation, who: WORKLOADS, bucketOf: OURS, kind: 'allowed' },
    { organisation, who: OURS, bucketOf: FOREIGN, kind: 'not-allowed' },
    { organisation, who: FOREIGN, bucketOf: FOREIGN, kind: 'not-allowed' },
    { organisation, who: FOREIGN, bucketOf: OURS, kind: 'not-allowed' },
  ]),
)('$organisation an organisation, $who through the gateway to a bucket of $bucketOf is $kind', (row) => {
  const input = row.organisation === 'with' ? policyInput() : withoutOrganisation();
  const organisationOf = (account: string): string => (account === FOREIGN ? 'o-other' : 'o-a1b2c3d4e5');
  const document = written(input, 'endpoints/s3.json');
  const decision = evaluate(
    {
      principal: {
        kind: 'aws',
        arn: `arn:aws:iam::${row.who}:role/x`,
        account: row.who,
        organisation: organisationOf(row.who),
      },
      action: 's3:PutObject',
      resource: 'arn:aws:s3:::bucket/x',
      resourceAccount: row.bucketOf,
      context: { 'aws:ResourceOrgID': [organisationOf(row.bucketOf)] },
    },
    { identity: [ALL], resource: [ALL], ...(document && { endpoint: { name: 'gateway', document } }) },
  );
  expect(decision.kind).toBe(row.kind);
});

test('a team that names nobody shares its namespace with the factory alone', () => {
  const input = policyInput({}, { teams: [team('quiet')] });
  const sids = written(input, 'repositories/quiet.json')?.Statement.map(({ Sid }) => Sid);
  expect(sids).not.toContain('TeamPulls');
  expect(sids).toContain('OthersDoNotPull');
});

test.for([
  ['awskms:///1234', `arn:aws:kms:eu-central-1:${OURS}:key/1234`, undefined],
  ['awskms:///alias/golden', `arn:aws:kms:eu-central-1:${OURS}:key/*`, 'alias/golden'],
  [
    'awskms:///arn:aws:kms:us-east-1:999900001111:key/5',
    'arn:aws:kms:us-east-1:999900001111:key/5',
    undefined,
  ],
  ['awskms://localhost/arn:aws:kms:us-east-1:1:alias/a', 'arn:aws:kms:us-east-1:1:key/*', 'alias/a'],
  ['gcpkms://projects/x', undefined, undefined],
] as const)('the factory signs with %s', ([uri, resource, alias]) => {
  const input = policyInput();
  const signing = { ...LOCAL_SIGNING, kms: { uri, publicKey: 'kms.pub' } };
  const policy = written({ ...input, target: { ...input.target, signing } }, 'identities/factory.json');
  const statement = policy?.Statement.find(({ Sid }) => Sid === 'Sign');
  expect(statement?.Resource).toBe(resource);
  expect(statement?.Condition).toEqual(
    alias === undefined ? undefined : { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias } },
  );
});

test('with enhanced scanning the factory may turn Inspector on, and not off', () => {
  const scanning = { kind: 'enhanced', rules: [] } as const;
  const text = policyText(
    written(policyInput({ scanning }), 'identities/factory.json') ?? { Version: '2012-10-17', Statement: [] },
  );
  expect(text).toContain('inspector2:Enable');
  expect(text).not.toContain('inspector2:Disable');
});

function crowd(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `arn:aws:iam::${OURS}:role/worker-${index}`);
}

test('fifty teams fit with everything on, and the factory keeps the repositories of each', () => {
  const teams: readonly Team[] = Array.from({ length: 50 }, (_, index) =>
    team(`payments-of-the-platform-${index}`, { principals: crowd(10) }),
  );
  const { target, ...input } = policyInput({ scanning: { kind: 'enhanced', rules: [] } }, { teams });
  const signing = { ...LOCAL_SIGNING, kms: { uri: 'awskms:///alias/golden', publicKey: 'kms.pub' } };
  const all = { ...input, target: { ...target, signing } };
  const names = writtenPolicies(all).map(({ name }) => name);
  expect(names.filter((name) => name.startsWith('identities/factory'))).toEqual([
    'identities/factory.json',
    'identities/factory-2.json',
  ]);
  const question = { principal: SETTINGS.factory, action: 'ecr:PutImage', viaEndpoint: true };
  const refused = ['golden', ...teams.map(({ namespace }) => namespace)].filter(
    (namespace) =>
      explainAccess({ ...question, resource: `${namespace}/node` }, all).decision.kind !== 'allowed',
  );
  expect(refused).toEqual([]);
  const elsewhere = { ...question, resource: 'legacy/app' };
  expect(explainAccess(elsewhere, all).decision.kind).toBe('not-allowed');
  const [factory] = terraformFiles(all, writtenPolicies(all));
  expect(factory?.content['resource']).toMatchObject({
    aws_iam_policy: {
      factory: { name: 'ingot-factory-production' },
      'factory-2': { name: 'ingot-factory-production-2' },
    },
    aws_iam_role_policy_attachment: { 'factory-2': { policy_arn: '${aws_iam_policy.factory-2.arn}' } },
  });
});

test('what AWS would refuse is an error, with every size', () => {
  const teams = [team('crowd', { principals: crowd(200) }), team('mob', { principals: crowd(150) })];
  expect(() => writtenPolicies(policyInput({}, { teams }))).toThrow(
    expect.objectContaining({
      code: 'POLICY_TOO_LARGE',
      hint: 'let teams name accounts in place of many roles, which stand twice in their policy',
      message:
        'cannot write policies: AWS would refuse them\n' +
        'repositories/crowd.json: expected at most 10240 characters, got 19152\n' +
        'repositories/mob.json: expected at most 10240 characters, got 14752',
    }),
  );
});

const GITHUB = 'token.actions.githubusercontent.com';

test.for([
  { subject: 'repo:example/images:ref:refs/heads/main', audience: 'sts.amazonaws.com', kind: 'allowed' },
  { subject: 'repo:example/images:pull_request', audience: 'sts.amazonaws.com', kind: 'not-allowed' },
  { subject: 'repo:other/images:ref:refs/heads/main', audience: 'sts.amazonaws.com', kind: 'not-allowed' },
  { subject: 'repo:example/images:ref:refs/heads/main', audience: 'https://other', kind: 'not-allowed' },
])('$subject for $audience is $kind to become the factory', ({ subject, audience, kind }) => {
  const text = policyText(trustPolicy('github', SETTINGS));
  const filled = text.replace('${github_subject}', 'repo:example/images:ref:refs/heads/main');
  const trust = { name: 'trust', document: JSON.parse(filled) as WrittenPolicy['document'] };
  const decision = evaluate(
    {
      principal: { kind: 'federated', provider: `arn:aws:iam::${OURS}:oidc-provider/${GITHUB}` },
      action: 'sts:AssumeRoleWithWebIdentity',
      resource: SETTINGS.factory,
      resourceAccount: OURS,
      context: { [`${GITHUB}:sub`]: [subject], [`${GITHUB}:aud`]: [audience] },
    },
    { identity: [], resource: [trust] },
  );
  expect(decision.kind).toBe(kind);
});

test.for([
  ['golden', 'ingot', 'allowed'],
  ['golden', 'other', 'not-allowed'],
  ['default', 'ingot', 'not-allowed'],
] as const)(
  'service account %s/%s in the cluster is %s to become the factory',
  ([namespace, account, kind]) => {
    const cluster = `arn:aws:eks:eu-central-1:${OURS}:cluster/platform`;
    const filled = policyText(trustPolicy('eks-pod-identity', SETTINGS))
      .replace('${kubernetes_namespace}', 'golden')
      .replace('${kubernetes_service_account}', 'ingot')
      .replace('${eks_cluster_arn}', cluster);
    const trust = { name: 'trust', document: JSON.parse(filled) as WrittenPolicy['document'] };
    const decision = evaluate(
      {
        principal: { kind: 'service', service: 'pods.eks.amazonaws.com' },
        action: 'sts:AssumeRole',
        resource: SETTINGS.factory,
        resourceAccount: OURS,
        context: {
          'aws:SourceAccount': [OURS],
          'aws:SourceArn': [cluster],
          'aws:RequestTag/kubernetes-namespace': [namespace],
          'aws:RequestTag/kubernetes-service-account': [account],
        },
      },
      { identity: [], resource: [trust] },
    );
    expect(decision.kind).toBe(kind);
  },
);
