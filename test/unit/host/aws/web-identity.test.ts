import { inspect } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createEcrLogins } from '../../../../src/host/aws/ecr-logins.ts';
import { readProxySettings } from '../../../../src/host/proxy-settings.ts';
import { serveEcr } from '../../../support/ecr-server.ts';
import { serveSts } from '../../../support/sts-server.ts';

const REGISTRY = '111122223333.dkr.ecr.eu-central-1.amazonaws.com';

/** As STS's API reference and its users quote it. */
test.each([
  {
    code: 'AccessDenied',
    status: 403,
    message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    is: 'AWS_DENIED',
    says: [
      'these credentials may not sts:AssumeRoleWithWebIdentity',
      "compare the token's sub and aud with the trust policy of the role",
    ],
  },
  {
    code: 'InvalidIdentityToken',
    status: 400,
    message:
      'No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com',
    is: 'AWS_CREDENTIALS',
    says: [
      'AWS does not take the identity token: No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com',
      "see that the role's account has an identity provider",
    ],
  },
  {
    code: 'IDPRejectedClaim',
    status: 403,
    message: 'The claim has been revoked',
    is: 'AWS_CREDENTIALS',
    says: ['AWS does not take the identity token: The claim has been revoked'],
  },
  {
    code: 'RegionDisabledException',
    status: 403,
    message:
      'STS is not activated in this region for account:111122223333. Your account administrator can activate STS in this region using the IAM Console.',
    is: 'AWS_REGION',
    says: [
      '"eu-central-1" gives this account no credentials (RegionDisabledException): STS is not activated in this region for account:111122223333.',
      'enable the region for the account',
    ],
  },
  {
    code: 'ExpiredTokenException',
    status: 400,
    message: 'Token expired: current date/time 1795752000 must be before the expiration date/time 1795751000',
    is: 'AWS_CREDENTIALS',
    says: ['the credentials have expired'],
  },
])('who becomes no factory by $code is told why', { timeout: 60_000 }, async (refusal) => {
  const ecr = await serveEcr();
  const sts = await serveSts(refusal);
  const environment = { ...ecr.environment, ...sts.environment };
  for (const [name, value] of Object.entries(environment)) {
    vi.stubEnv(name, value);
  }
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) {
    vi.stubEnv(name, undefined);
  }
  const logins = createEcrLogins({
    proxies: readProxySettings({}),
    signal: new AbortController().signal,
  });
  onTestFinished(() => {
    logins.close();
  });
  const failure = await Promise.resolve(logins.credentials(REGISTRY)).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: refusal.is });
  const { message, hint } = failure as { message: string; hint: string };
  for (const text of ['cannot ask AWS to get authorization token', ...refusal.says]) {
    expect([message, hint].join('\n')).toContain(text);
  }
  expect(message).not.toContain('ecr:GetAuthorizationToken');
  expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain('SECRET');
  expect(new Set(sts.actions)).toEqual(new Set(['AssumeRoleWithWebIdentity']));
  expect(ecr.calls).toEqual([]);
});
