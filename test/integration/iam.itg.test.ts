import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createEcrClient } from '../../src/host/aws/ecr-client.ts';
import { readProxySettings } from '../../src/host/proxy-settings.ts';
import type { AccessDecision, PolicyDocument } from '../../src/ecr/index.ts';
import { evaluate, writtenPolicies } from '../../src/ecr/index.ts';
import { FACTORY, OURS, policyInput, SETTINGS } from '../support/ecr-catalog.ts';
import type { AccessKey, MotoVerdict, PolicyCheck } from '../support/moto-policies.ts';
import { motoUser, motoVerdicts } from '../support/moto-policies.ts';
import { startMoto } from '../support/moto.ts';
import type { Moto } from '../support/moto.ts';

/** moto knows no conditions in identities' policies: a target without a key has none there. */
const INPUT = policyInput({ encryption: { kind: 'aes256' } });
const IDENTITIES = writtenPolicies(INPUT).filter(({ kind }) => kind === 'managed');

const RESOURCES = [
  '*',
  ...[
    'golden/node',
    'golden',
    'team-a/node',
    'team-a-apps/shop',
    'team-b/node',
    'team-b-apps/x',
    'else/x',
  ].map((name) => `arn:aws:ecr:eu-central-1:${OURS}:repository/${name}`),
  `arn:aws:ecr:us-east-1:${OURS}:repository/golden/node`,
  'arn:aws:ecr:eu-central-1:999900001111:repository/golden/node',
];

/** What any of our policies names, and some that none does. */
const ACTIONS = [
  ...new Set(
    [...JSON.stringify(writtenPolicies(INPUT)).matchAll(/"((?:ecr|s3|kms):[A-Za-z]+)"/g)].map(
      ([, action = '']) => action,
    ),
  ),
  'ecr:PutImageScanningConfiguration',
  'ecr:GetAuthorizationTokens',
  's3:GetObject',
  'sts:AssumeRole',
];

const VERDICT_OF: Readonly<Record<AccessDecision['kind'], MotoVerdict>> = {
  allowed: 'PERMITTED',
  denied: 'DENIED',
  'not-allowed': 'NEUTRAL',
};

function ownVerdict({ policy, action, resource }: PolicyCheck): MotoVerdict {
  const { kind } = evaluate(
    {
      principal: { kind: 'aws', arn: FACTORY, account: OURS },
      action,
      resource,
      resourceAccount: OURS,
    },
    { identity: [{ name: 'identity', document: policy }], resource: [] },
  );
  return VERDICT_OF[kind];
}

test('moto judges every policy of an identity as we do', async () => {
  const checks = IDENTITIES.flatMap(({ document }) =>
    ACTIONS.filter((action) => !/^(?:kms|sts):/.test(action)).flatMap((action) =>
      RESOURCES.map((resource) => ({ policy: document, action, resource })),
    ),
  );
  expect(checks.length).toBeGreaterThan(1000);
  const verdicts = await motoVerdicts(checks);
  const different = checks.flatMap((check, index) => {
    const [ours, theirs] = [ownVerdict(check), verdicts[index]];
    return ours === theirs ? [] : [`${check.action} ${check.resource}: ${ours}, moto ${String(theirs)}`];
  });
  expect(different).toEqual([]);
  expect(new Set(verdicts)).toEqual(new Set(['PERMITTED', 'DENIED', 'NEUTRAL']));
});

let moto: Moto;
const keys = new Map<string, AccessKey>();

beforeAll(async () => {
  moto = await startMoto({ requestsBeforeAuth: IDENTITIES.length * 4 });
  for (const { name, document } of IDENTITIES) {
    keys.set(name, await motoUser(moto.url, name.replaceAll(/\W/g, '-'), document));
  }
});

afterAll(() => moto.stop());

type Ecr = ReturnType<typeof createEcrClient>;

function ecrOf(name: string): Ecr {
  const { accessKeyId = '', secretAccessKey = '' } = keys.get(name) ?? {};
  const environment = {
    ...moto.environment,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
  for (const [variable, value] of Object.entries(environment)) {
    vi.stubEnv(variable, value);
  }
  return createEcrClient({
    region: SETTINGS.region,
    proxies: readProxySettings({}),
    signal: new AbortController().signal,
  });
}

type Call = (ecr: Ecr) => Promise<unknown>;

/** Its server asks about `*` whatever the call names: what is allowed by name is tried above. */
const CALLS: readonly (readonly [string, string, Call])[] = [
  ['ecr:GetAuthorizationToken', '*', (ecr) => ecr.getAuthorizationToken()],
  ['ecr:DescribeRegistry', '*', (ecr) => ecr.describeRegistry()],
  ['ecr:GetRegistryScanningConfiguration', '*', (ecr) => ecr.getRegistryScanningConfiguration()],
  ['ecr:DeleteRepository', '*', (ecr) => ecr.deleteRepository({ repositoryName: 'golden/node' })],
  ['ecr:DeleteRegistryPolicy', '*', (ecr) => ecr.deleteRegistryPolicy()],
];

test.for(IDENTITIES.map(({ name, document }) => ({ name, document })))(
  'moto lets $name do over HTTP what we say it may',
  async ({ name, document }) => {
    for (const [action, resource, call] of CALLS) {
      expect(await isPermitted(name, call), action).toBe(mayDo(document, action, resource));
    }
  },
);

function mayDo(policy: PolicyDocument, action: string, resource: string): boolean {
  return ownVerdict({ policy, action, resource }) === 'PERMITTED';
}

async function isPermitted(name: string, call: Call): Promise<boolean> {
  const ecr = ecrOf(name);
  try {
    await call(ecr);
    return true;
  } catch (error) {
    // moto refuses in XML, which ECR does not speak: our client takes it for another service's answer
    expect(error).toMatchObject({ code: 'AWS_FAILED' });
    return false;
  } finally {
    ecr.destroy();
  }
}
