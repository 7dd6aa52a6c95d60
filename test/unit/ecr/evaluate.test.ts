import { expect, test } from 'vitest';
import type { AccessRequest, NamedPolicy, Policies, Principal, Statement } from '../../../src/ecr/index.ts';
import { evaluate } from '../../../src/ecr/index.ts';

const OURS = '111122223333';
const THEIRS = '444455556666';
const REPOSITORY = `arn:aws:ecr:eu-central-1:${OURS}:repository/team-a/node`;

function role(account: string): Extract<Principal, { kind: 'aws' }> {
  return { kind: 'aws', arn: `arn:aws:iam::${account}:role/worker`, account, organisation: 'o-ours' };
}

function policy(name: string, ...Statement: readonly Statement[]): NamedPolicy {
  return { name, document: { Version: '2012-10-17', Statement } };
}

const ALLOW = { Sid: 'Yes', Effect: 'Allow', Action: 'ecr:BatchGetImage', Resource: '*' } as const;
const DENY = { ...ALLOW, Sid: 'No', Effect: 'Deny' } as const;
const IDENTITY = [policy('identity', ALLOW)];
const NONE: Policies = { identity: [], resource: [] };

interface Case {
  readonly summary: string;
  readonly request?: Partial<AccessRequest>;
  readonly policies: Partial<Policies>;
  /** What decides: `allowed identity:Yes`, `denied …`, or the kinds of policies that are missing. */
  readonly decision: string;
}

/** The account's own, unless a case says otherwise. */
const CASES: readonly Case[] = [
  { summary: 'nothing allows', policies: {}, decision: 'not-allowed identity' },
  { summary: 'the identity allows', policies: { identity: IDENTITY }, decision: 'allowed identity:Yes' },
  {
    summary: 'the resource names the role',
    policies: { resource: [policy('resource', { ...ALLOW, Principal: { AWS: role(OURS).arn } })] },
    decision: 'allowed resource:Yes',
  },
  {
    summary: 'the resource names everybody',
    policies: { resource: [policy('resource', { ...ALLOW, Principal: '*' })] },
    decision: 'allowed resource:Yes',
  },
  {
    summary: 'the resource names the account, which leaves it to the identity',
    policies: { resource: [policy('resource', { ...ALLOW, Principal: { AWS: OURS } })] },
    decision: 'not-allowed identity',
  },
  {
    summary: 'another account, which the resource names, and the identity allows',
    request: { principal: role(THEIRS) },
    policies: {
      identity: IDENTITY,
      resource: [policy('resource', { ...ALLOW, Principal: { AWS: `arn:aws:iam::${THEIRS}:root` } })],
    },
    decision: 'allowed identity:Yes resource:Yes',
  },
  {
    summary: 'another account, and only the identity allows',
    request: { principal: role(THEIRS) },
    policies: { identity: IDENTITY },
    decision: 'not-allowed resource',
  },
  {
    summary: 'another account, and only the resource allows',
    request: { principal: role(THEIRS) },
    policies: { resource: [policy('resource', { ...ALLOW, Principal: '*' })] },
    decision: 'not-allowed identity',
  },
  {
    summary: 'a denial of the resource wins over the identity',
    policies: { identity: IDENTITY, resource: [policy('resource', { ...DENY, Principal: '*' })] },
    decision: 'denied resource:No',
  },
  {
    summary: 'a denial that names the account is about everybody in it',
    policies: { identity: IDENTITY, resource: [policy('resource', { ...DENY, Principal: { AWS: OURS } })] },
    decision: 'denied resource:No',
  },
  {
    summary: 'a denial of another action is none',
    policies: { identity: [policy('identity', ALLOW, { ...DENY, Action: 'ecr:PutImage' })] },
    decision: 'allowed identity:Yes',
  },
  {
    summary: 'an endpoint must allow too',
    policies: {
      identity: IDENTITY,
      endpoint: policy('endpoint', { ...ALLOW, Action: 'ecr:PutImage', Principal: '*' }),
    },
    decision: 'not-allowed endpoint',
  },
  {
    summary: 'an endpoint that allows is named first',
    policies: { identity: IDENTITY, endpoint: policy('endpoint', { ...ALLOW, Principal: '*' }) },
    decision: 'allowed endpoint:Yes identity:Yes',
  },
  {
    summary: 'an endpoint alone allows nothing',
    policies: { endpoint: policy('endpoint', { ...ALLOW, Principal: '*' }) },
    decision: 'not-allowed identity',
  },
  {
    summary: 'a service needs the resource alone',
    request: { principal: { kind: 'service', service: 'lambda.amazonaws.com' } },
    policies: { resource: [policy('r', { ...ALLOW, Principal: { Service: 'lambda.amazonaws.com' } })] },
    decision: 'allowed r:Yes',
  },
  {
    summary: 'everybody but one',
    policies: {
      identity: IDENTITY,
      resource: [policy('r', { ...DENY, NotPrincipal: { AWS: role(OURS).arn } })],
    },
    decision: 'allowed identity:Yes',
  },
  {
    summary: 'all actions but one',
    policies: { identity: [policy('i', { Effect: 'Allow', NotAction: 'ecr:Delete*', Resource: '*' })] },
    decision: 'allowed i:1',
  },
  {
    summary: 'all resources but some',
    policies: {
      identity: [policy('i', { Effect: 'Allow', Action: '*', NotResource: `${REPOSITORY.slice(0, -4)}*` })],
    },
    decision: 'not-allowed identity',
  },
  {
    summary: 'actions are compared without case, resources with it',
    policies: {
      identity: [
        policy('i', { Effect: 'Allow', Action: 'ECR:batchget*', Resource: REPOSITORY.toUpperCase() }),
      ],
    },
    decision: 'not-allowed identity',
  },
  {
    summary: 'a key whose policy leaves nothing to the account',
    request: { action: 'kms:DescribeKey' },
    policies: { identity: [policy('i', { Effect: 'Allow', Action: 'kms:*', Resource: '*' })] },
    decision: 'not-allowed resource',
  },
  {
    summary: 'a key whose policy leaves it to the account',
    request: { action: 'kms:DescribeKey' },
    policies: {
      identity: [policy('i', { Effect: 'Allow', Action: 'kms:*', Resource: '*' })],
      resource: [
        policy('key', { Effect: 'Allow', Action: 'kms:*', Principal: { AWS: OURS }, Resource: '*' }),
      ],
    },
    decision: 'allowed i:1 key:1',
  },
];

test.for(CASES)('$summary', ({ request, policies, decision }) => {
  const decided = evaluate(
    {
      principal: role(OURS),
      action: 'ecr:BatchGetImage',
      resource: REPOSITORY,
      resourceAccount: OURS,
      ...request,
    },
    { ...NONE, ...policies },
  );
  expect(textOf(decided)).toBe(decision);
});

function textOf(decision: ReturnType<typeof evaluate>): string {
  switch (decision.kind) {
    case 'allowed':
      return ['allowed', ...decision.by.map(({ policy: name, statement }) => `${name}:${statement}`)].join(
        ' ',
      );
    case 'denied':
      return `denied ${decision.by.policy}:${decision.by.statement}`;
    case 'not-allowed':
      return `not-allowed ${decision.missing.join(' ')}`;
  }
}

test('what nearly allowed is told with the element in the way', () => {
  const identity = policy(
    'identity',
    { ...ALLOW, Sid: 'Elsewhere', Resource: `${REPOSITORY}-dev` },
    { ...ALLOW, Sid: 'Organisation', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-theirs' } } },
    { ...ALLOW, Sid: 'Push', Action: 'ecr:PutImage' },
  );
  expect(
    evaluate(
      {
        principal: role(OURS),
        action: 'ecr:BatchGetImage',
        resource: REPOSITORY,
        resourceAccount: OURS,
      },
      { ...NONE, identity: [identity] },
    ),
  ).toEqual({
    kind: 'not-allowed',
    missing: ['identity'],
    near: [
      { policy: 'identity', statement: 'Elsewhere', element: 'Resource' },
      { policy: 'identity', statement: 'Organisation', element: 'StringEquals aws:PrincipalOrgID' },
    ],
  });
});
