import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMoto } from '../support/moto.ts';
import type { Moto } from '../support/moto.ts';

let moto: Moto;

beforeAll(async () => {
  moto = await startMoto();
});

afterAll(() => moto.stop());

async function call(operation: string, input: object): Promise<unknown> {
  const response = await fetch(moto.url, {
    method: 'POST',
    headers: {
      'x-amz-target': `AmazonEC2ContainerRegistry_V20150921.${operation}`,
      'content-type': 'application/x-amz-json-1.1',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261101/eu-central-1/ecr/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(input),
  });
  return response.json();
}

test('plays ECR for an account, and forgets it', async () => {
  await call('CreateRepository', { repositoryName: 'golden/python' });
  expect(await call('DescribeRepositories', {})).toMatchObject({
    repositories: [{ repositoryArn: 'arn:aws:ecr:eu-central-1:111122223333:repository/golden/python' }],
  });
  await moto.reset();
  expect(await call('DescribeRepositories', {})).toMatchObject({ repositories: [] });
});
