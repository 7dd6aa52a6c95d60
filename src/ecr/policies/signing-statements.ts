import type { EcrSettings, Signing } from '../../model/index.ts';
import { partitionOf } from '../../model/index.ts';
import type { Statement } from '../iam/policy.ts';

const SIGN = ['kms:DescribeKey', 'kms:GetPublicKey', 'kms:Sign'];

/** For a signing key in KMS. */
export function signingStatements(settings: EcrSettings, signing: Signing | undefined): readonly Statement[] {
  const named = /^awskms:\/\/[^/]*\/(.+)$/.exec(signing?.kms?.uri ?? '')?.[1];
  if (named === undefined) {
    return [];
  }
  return [{ Sid: 'Sign', Effect: 'Allow', Action: SIGN, ...signingKey(keyArn(named, settings)) }];
}

/** cosign names a key by its id, its ARN or an alias: `awskms:///alias/golden`. */
function keyArn(named: string, { region, account }: EcrSettings): string {
  if (named.startsWith('arn:')) {
    return named;
  }
  const key = named.startsWith('alias/') ? named : `key/${named}`;
  return `arn:${partitionOf(region)}:kms:${region}:${account}:${key}`;
}

/** Policies know keys by their ids; an alias is a property of a key. */
function signingKey(arn: string): Pick<Statement, 'Resource' | 'Condition'> {
  const [place = '', alias] = arn.split(/(?=alias\/)/);
  return alias === undefined
    ? { Resource: arn }
    : {
        Resource: `${place}key/*`,
        Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias } },
      };
}
