import type { EcrSettings } from '../../model/index.ts';
import { accountOfArn, dnsSuffixOf } from '../../model/index.ts';
import type { Condition, PolicyDocument, Statement } from '../iam/policy.ts';
import { rootOf } from './principals.ts';

/** ARN of the key that the user has chosen; AWS's own keys have policies of AWS's. */
export function ownKeyOf({ encryption }: EcrSettings): string | undefined {
  return encryption.kind === 'kms' ? encryption.key : undefined;
}

/**
 * "Encryption at rest" of the ECR user guide: who makes a repository lets ECR use the key by a grant; who pushes and
 * pulls needs nothing of it.
 */
export function keyPolicy(settings: EcrSettings, key: string): PolicyDocument {
  const { factory, region } = settings;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'TheAccountAdministers',
        Effect: 'Allow',
        Principal: { AWS: rootOf(accountOfArn(key), region) },
        Action: 'kms:*',
        Resource: '*',
      },
      {
        Sid: 'FactoryLetsEcrUseIt',
        Effect: 'Allow',
        Principal: { AWS: factory },
        Action: ['kms:CreateGrant', 'kms:RetireGrant'],
        Resource: '*',
        Condition: byEcr(settings),
      },
      {
        Sid: 'FactoryLooks',
        Effect: 'Allow',
        Principal: { AWS: factory },
        Action: 'kms:DescribeKey',
        Resource: '*',
      },
    ],
  };
}

export function factoryKeyStatements(settings: EcrSettings): readonly Statement[] {
  const key = ownKeyOf(settings);
  if (key === undefined) {
    return [];
  }
  return [
    {
      Sid: 'LetEcrUseTheKey',
      Effect: 'Allow',
      Action: ['kms:CreateGrant', 'kms:RetireGrant'],
      Resource: key,
      Condition: byEcr(settings),
    },
    { Sid: 'LookAtTheKey', Effect: 'Allow', Action: 'kms:DescribeKey', Resource: key },
  ];
}

function byEcr(settings: EcrSettings): Condition {
  return { StringEquals: { 'kms:ViaService': ecrService(settings) } };
}

/** As KMS calls ECR where it asks for somebody. */
export function ecrService({ region }: EcrSettings): string {
  return `ecr.${region}.${dnsSuffixOf(region)}`;
}
