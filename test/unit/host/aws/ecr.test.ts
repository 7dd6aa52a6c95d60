import { inspect } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openEcr } from '../../../../src/cli/open-ecr.ts';
import { awsError } from '../../../../src/host/aws/aws-error.ts';
import type { EcrRegistry } from '../../../../src/host/aws/ecr.ts';
import { FactoryError } from '../../../../src/model/index.ts';
import { ACCOUNT, REGION } from '../../../support/ecr-answers.ts';
import { serveEcr } from '../../../support/ecr-server.ts';
import type { EcrServer } from '../../../support/ecr-server.ts';

async function opened(): Promise<{ readonly server: EcrServer; readonly registry: EcrRegistry }> {
  const server = await serveEcr();
  for (const [name, value] of Object.entries(server.environment)) {
    vi.stubEnv(name, value);
  }
  const { signal } = new AbortController();
  const request = { environment: {}, cwd: '/', startedAt: new Date(), emit: () => undefined, signal };
  const registry = openEcr({ ...request, region: REGION });
  onTestFinished(() => {
    registry.close();
  });
  return { server, registry };
}

async function failureOf(asked: Promise<unknown>): Promise<FactoryError> {
  const failure = await asked.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(FactoryError);
  return failure as FactoryError;
}

test('reads all pages of a registry, and gives back what was made', async () => {
  const { server, registry } = await opened();
  server.pageSize = 2;
  const mutability = { setting: 'IMMUTABLE_WITH_EXCLUSION', except: ['24', 'sha256-*'] } as const;
  for (const name of ['a/1', 'a/2', 'a/3', 'a/4', 'a/5']) {
    await registry.create({ name, encryption: { kind: 'aes256' }, mutability, tags: { b: '2', a: '1' } });
  }
  const listed = await registry.listRepositories();
  const arn = `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/a/5`;
  expect(listed).toHaveLength(5);
  expect(listed[4]).toEqual({ name: 'a/5', arn, encryption: { kind: 'aes256' }, mutability });
  expect(await registry.tags(arn)).toEqual({ a: '1', b: '2' });
  expect(await registry.policy('a/5')).toBeUndefined();
  expect(await registry.lifecycle('a/5')).toBeUndefined();
});

describe('what AWS says no with', () => {
  const DENIED =
    'User: arn:aws:sts::111122223333:assumed-role/ingot/ci is not authorized to perform: ecr:DescribeRepositories on resource: arn:aws:ecr:eu-central-1:111122223333:repository/* because no identity-based policy allows the ecr:DescribeRepositories action';

  test.each([
    {
      name: 'AccessDeniedException',
      message: DENIED,
      code: 'AWS_DENIED',
      says: [
        '"arn:aws:sts::111122223333:assumed-role/ingot/ci" may not ecr:DescribeRepositories on "arn:aws:ecr:eu-central-1:111122223333:repository/*" because no identity-based policy',
        `ingot ecr explain arn:aws:sts::111122223333:assumed-role/ingot/ci ecr:DescribeRepositories 'arn:aws:ecr:eu-central-1:111122223333:repository/*'`,
      ],
    },
    {
      name: 'AccessDeniedException',
      message: 'no',
      code: 'AWS_DENIED',
      says: ['these credentials may not ecr:DescribeRepositories'],
    },
    {
      name: 'ExpiredTokenException',
      message: 'The security token included in the request is expired',
      code: 'AWS_CREDENTIALS',
      says: ['have expired'],
    },
    {
      name: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
      code: 'AWS_REGION',
      says: ['"eu-central-1" does not know these credentials', 'enable the region'],
    },
    {
      name: 'SignatureDoesNotMatch',
      message:
        'The request signature we calculated does not match.\n\nThe Canonical String should have been\nx-amz-security-token:SECRET-SESSION-TOKEN',
      code: 'AWS_CREDENTIALS',
      says: ['the secret access key does not belong to the access key'],
    },
    {
      name: 'ServerException',
      message: 'oops',
      code: 'AWS_FAILED',
      says: ['DescribeRepositories failed with ServerException'],
    },
  ])('$name is $code', { timeout: 60_000 }, async ({ name, message, code, says }) => {
    const { server, registry } = await opened();
    server.fault = ({ operation }) =>
      operation === 'DescribeRepositories' ? { kind: 'error', name, message } : undefined;
    const failure = await failureOf(registry.listRepositories());
    expect(failure.code).toBe(code);
    const told = [failure.message, failure.hint].join('\n');
    for (const text of ['cannot ask AWS to describe repositories', ...says]) {
      expect(told).toContain(text);
    }
    expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain('SECRET');
  });

  test('an endpoint that answers with a page knows no such operation', { timeout: 60_000 }, async () => {
    const { server, registry } = await opened();
    server.fault = ({ operation }) => (operation === 'DescribeRepositories' ? { kind: 'html' } : undefined);
    const { code, message } = await failureOf(registry.listRepositories());
    expect(code).toBe('AWS_FAILED');
    expect(message).toContain('the endpoint does not know DescribeRepositories');
  });

  test('throttling that does not end is told as such', () => {
    const error = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    const attempt = { what: 'describe repositories', operation: 'DescribeRepositories', region: REGION };
    expect(awsError(error, attempt)).toMatchObject({
      code: 'AWS_THROTTLED',
      message: expect.stringContaining('takes no more DescribeRepositories for now'),
    });
  });

  test('throttling that ends is waited for', async () => {
    const { server, registry } = await opened();
    let count = 0;
    server.fault = () =>
      (count += 1) <= 1
        ? { kind: 'error', name: 'ThrottlingException', message: 'Rate exceeded' }
        : undefined;
    expect(await registry.listRepositories()).toEqual([]);
  });

  test('a host whose clock is wrong is told both times', { timeout: 60_000 }, async () => {
    const { server, registry } = await opened();
    const message =
      'Signature expired: 20261126T090000Z is now earlier than 20261126T165500Z (20261126T170000Z - 5 min.)';
    server.fault = () => ({ kind: 'error', name: 'InvalidSignatureException', message, status: 403 });
    const { code, message: told } = await failureOf(registry.scanning());
    expect(code).toBe('AWS_CLOCK');
    expect(told).toContain('this host signed at 20261126T090000Z, AWS answered at ');
  });
});
