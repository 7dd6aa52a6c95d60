import { expect, test } from 'vitest';
import { denialOf } from '../../../../src/host/aws/denial.ts';

const CI = 'arn:aws:sts::111122223333:assumed-role/ingot/ci';
const ROLE = 'arn:aws:iam::111122223333:role/ingot-factory';
const NODE = 'arn:aws:ecr:eu-central-1:111122223333:repository/golden/node';

/** "Troubleshoot access denied error messages" of the IAM user guide. */
test.each([
  {
    summary: 'a login that no policy allows',
    said: `User: ${CI} is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action`,
    reason: `"${CI}" may not ecr:GetAuthorizationToken on "*" because no identity-based policy allows the ecr:GetAuthorizationToken action`,
    hint: `\`ingot ecr explain ${CI} ecr:GetAuthorizationToken '*'\` says which statement decides`,
  },
  {
    summary: 'a VPC endpoint that allows no such thing',
    said: `User: ${CI} is not authorized to perform: ecr:PutImage on resource: ${NODE} because no VPC endpoint policy allows the ecr:PutImage action`,
    reason: `"${CI}" may not ecr:PutImage on "${NODE}" because no VPC endpoint policy allows the ecr:PutImage action`,
    hint: `\`ingot ecr explain ${CI} ecr:PutImage ${NODE} --endpoint\` says which statement decides`,
  },
  {
    summary: 'a VPC endpoint that denies it',
    said: `User: ${CI} is not authorized to perform: ecr:PutImage on resource: ${NODE} with an explicit deny in a VPC endpoint policy`,
    reason: `"${CI}" may not ecr:PutImage on "${NODE}" with an explicit deny in a VPC endpoint policy`,
    hint: `\`ingot ecr explain ${CI} ecr:PutImage ${NODE} --endpoint\` says which statement decides`,
  },
  {
    summary: 'a role that who asks may not become',
    said: `User: ${CI} is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`,
    reason: `"${CI}" may not sts:AssumeRole on "${ROLE}"`,
    hint: 'see that the trust policy of the role names who asks, and that who asks is allowed to',
  },
  {
    summary: 'a role that a token is not for',
    said: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    reason: 'these credentials may not sts:AssumeRoleWithWebIdentity',
    hint: "compare the token's sub and aud with the trust policy of the role, letter by letter: trust/*.json of `ingot ecr policies`",
  },
  {
    summary: 'a name that a shell would take apart',
    said: "User: arn:aws:iam::111122223333:user/o'neill&co/ci is not authorized to perform: ecr:PutImage on resource: *",
    reason: `"arn:aws:iam::111122223333:user/o'neill&co/ci" may not ecr:PutImage on "*"`,
    hint: "`ingot ecr explain 'arn:aws:iam::111122223333:user/o'\\''neill&co/ci' ecr:PutImage '*'` says which statement decides",
  },
  {
    summary: 'a word of why that is not known here',
    said: 'Requested image is under legal hold.\nAsk its owner.',
    reason: `these credentials may not ecr:PutImage on "${NODE}": AWS says "Requested image is under legal hold."`,
    hint: `\`ingot ecr explain PRINCIPAL ecr:PutImage ${NODE}\` says which statement decides`,
  },
  {
    summary: 'no word of why',
    said: '',
    reason: `these credentials may not ecr:PutImage on "${NODE}"`,
    hint: `\`ingot ecr explain PRINCIPAL ecr:PutImage ${NODE}\` says which statement decides`,
  },
])('$summary', ({ said, reason, hint }) => {
  expect(denialOf(said, { action: 'ecr:PutImage', resource: NODE })).toEqual({ reason, hint });
});
