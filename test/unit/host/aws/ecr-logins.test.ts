import { inspect } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createEcrLogins, useForMs } from '../../../../src/host/aws/ecr-logins.ts';
import type { EcrLogins } from '../../../../src/host/aws/ecr-logins.ts';
import { readProxySettings } from '../../../../src/host/proxy-settings.ts';
import { serveEcr } from '../../../support/ecr-server.ts';
import type { EcrServer } from '../../../support/ecr-server.ts';

const REGISTRY = '111122223333.dkr.ecr.eu-central-1.amazonaws.com';
const HOUR_MS = 3_600_000;

interface World {
  readonly server: EcrServer;
  readonly logins: EcrLogins;
  /** ms that pass on all clocks. */
  pass(ms: number): void;
}

async function opened(skewMs = 0): Promise<World> {
  const server = await serveEcr();
  for (const [name, value] of Object.entries(server.environment)) {
    vi.stubEnv(name, value);
  }
  let passedMs = 0;
  const clock = { wallMs: () => server.nowMs + skewMs, passedMs: () => passedMs };
  const access = { proxies: readProxySettings({}), signal: new AbortController().signal };
  const logins = createEcrLogins(access, clock);
  onTestFinished(() => {
    logins.close();
  });
  return {
    server,
    logins,
    pass: (ms) => {
      passedMs += ms;
      server.nowMs += ms;
    },
  };
}

function password(number: number): object {
  return { kind: 'password', username: 'AWS', password: `SECRET-PASSWORD-${number}` };
}

test('a password is asked for once, whoever wants it, and renewed before it is over', async () => {
  const { server, logins, pass } = await opened();
  const wanted = await Promise.all([logins.credentials(REGISTRY), logins.credentials(REGISTRY)]);
  expect(wanted).toEqual([password(1), password(1)]);
  pass(11 * HOUR_MS);
  expect(await logins.credentials(REGISTRY)).toEqual(password(1));
  pass(0.6 * HOUR_MS);
  const renewed = await Promise.all([logins.credentials(REGISTRY), logins.credentials(REGISTRY)]);
  expect(renewed).toEqual([password(2), password(2)]);
  expect(server.calls).toHaveLength(2);
});

test('a password that a registry refuses is replaced once, for all whom it refused', async () => {
  const { server, logins } = await opened();
  const first = await logins.credentials(REGISTRY);
  const renewed = await Promise.all([
    logins.credentials(REGISTRY, first),
    logins.credentials(REGISTRY, first),
  ]);
  expect(renewed).toEqual([password(2), password(2)]);
  expect(await logins.credentials(REGISTRY, first)).toEqual(password(2));
  expect(server.calls).toHaveLength(2);
});

test('each region has its own, and other registries have none', async () => {
  const { server, logins } = await opened();
  const registries = [
    REGISTRY,
    '444455556666.dkr.ecr.eu-central-1.amazonaws.com',
    '111122223333.dkr.ecr.us-east-1.amazonaws.com',
    '111122223333.dkr-ecr.us-east-1.on.aws',
    'registry.example.com',
    '127.0.0.1:5000',
    '111122223333.dkr.ecr.eu-central-1.amazonaws.com.example.com',
  ];
  const found = [];
  for (const registry of registries) {
    found.push(await logins.credentials(registry));
  }
  const none = [undefined, undefined, undefined];
  expect(found).toEqual([password(1), password(1), password(2), password(2), ...none]);
  const regions = server.calls.map(({ authorization }) => /\/([a-z0-9-]+)\/ecr\//.exec(authorization)?.[1]);
  expect(regions).toEqual(['eu-central-1', 'us-east-1']);
});

describe('clocks that differ', () => {
  test.each([
    { summary: 'as AWS has it', leftMs: 12 * HOUR_MS, useMs: 11.5 * HOUR_MS },
    { summary: 'over when it comes', leftMs: -3 * HOUR_MS, useMs: HOUR_MS / 12 },
    { summary: 'almost over', leftMs: HOUR_MS / 60, useMs: HOUR_MS / 12 },
    { summary: 'in a hundred years', leftMs: 100 * 365 * 24 * HOUR_MS, useMs: 11.5 * HOUR_MS },
  ])('$summary', ({ leftMs, useMs }) => {
    expect(useForMs(1_000_000 + leftMs, 1_000_000)).toBe(useMs);
  });

  test('do not make us ask again and again', async () => {
    const { server, logins, pass } = await opened(24 * HOUR_MS);
    for (let minute = 0; minute < 10; minute += 1) {
      await logins.credentials(REGISTRY);
      pass(HOUR_MS / 60);
    }
    expect(server.calls).toHaveLength(2);
  });
});

describe('what AWS says no with is told, and asked again by the next who needs it', () => {
  test.each([
    {
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:iam::111122223333:user/ci is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action',
      code: 'AWS_DENIED',
      says: ['may not ecr:GetAuthorizationToken on "*"'],
    },
    {
      name: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
      code: 'AWS_REGION',
      says: ['"eu-central-1" does not know these credentials', 'enable the region'],
    },
    {
      name: 'InvalidSignatureException',
      message:
        'Signature expired: 20261126T031200Z is now earlier than 20261126T041200Z (20261126T041700Z - 5 min.)',
      code: 'AWS_CLOCK',
      says: ['this host signed at 20261126T031200Z', 'AWS answered at', 'set the clock'],
    },
    {
      name: 'ExpiredTokenException',
      message: 'The security token included in the request is expired',
      code: 'AWS_CREDENTIALS',
      says: ['the credentials have expired'],
    },
  ])('$name is $code', { timeout: 60_000 }, async ({ name, message, code, says }) => {
    const { server, logins } = await opened();
    server.fault = () => ({ kind: 'error', name, message });
    const failure = await logins.credentials(REGISTRY).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    const { message: told, hint } = failure as { message: string; hint: string };
    for (const text of ['cannot ask AWS to get authorization token', ...says]) {
      expect([told, hint].join('\n')).toContain(text);
    }
    expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain('SECRET');
    server.fault = () => undefined;
    expect(await logins.credentials(REGISTRY)).toEqual(password(1));
  });
});
