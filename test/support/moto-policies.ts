import { createProcessRunner } from '../../src/host/process.ts';
import type { PolicyDocument } from '../../src/ecr/index.ts';
import { prepareMoto } from './moto.ts';

export interface PolicyCheck {
  readonly policy: PolicyDocument;
  readonly action: string;
  readonly resource: string;
}

/** What moto says of one policy alone: NEUTRAL where no statement is about the request. */
export type MotoVerdict = 'PERMITTED' | 'DENIED' | 'NEUTRAL';

const JUDGE = `
import json, sys
from moto.iam.access_control import IAMPolicy
checks = json.load(sys.stdin)
print(json.dumps([
    IAMPolicy(json.dumps(check["policy"])).is_action_permitted(check["action"], check["resource"]).name
    for check in checks
]))
`;

/** By moto's own evaluator, which its server asks without resources. */
export async function motoVerdicts(checks: readonly PolicyCheck[]): Promise<readonly MotoVerdict[]> {
  const { python, environment } = await prepareMoto();
  const { stdout } = await createProcessRunner(environment).run([python, '-c', JUDGE], {
    input: JSON.stringify(checks),
  });
  return JSON.parse(stdout) as MotoVerdict[];
}

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A user of moto's with a managed policy, made before its policies count. */
export async function motoUser(url: string, name: string, policy: PolicyDocument): Promise<AccessKey> {
  await iam(url, { Action: 'CreateUser', UserName: name });
  const made = await iam(url, {
    Action: 'CreatePolicy',
    PolicyName: name,
    PolicyDocument: JSON.stringify(policy),
  });
  await iam(url, { Action: 'AttachUserPolicy', UserName: name, PolicyArn: elementOf(made, 'Arn') });
  const key = await iam(url, { Action: 'CreateAccessKey', UserName: name });
  return {
    accessKeyId: elementOf(key, 'AccessKeyId'),
    secretAccessKey: elementOf(key, 'SecretAccessKey'),
  };
}

async function iam(url: string, parameters: Readonly<Record<string, string>>): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: new URLSearchParams({ Version: '2010-05-08', ...parameters }),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${parameters.Action ?? ''}: ${text}`);
  }
  return text;
}

function elementOf(xml: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
}
