import { describe, expect, test } from 'vitest';
import { explainEcr } from '../../../../src/host/aws/ecr-refusals.ts';
import { ecrCallOf } from '../../../../src/host/aws/ecr-requests.ts';
import { withEcrRates } from '../../../../src/host/aws/ecr-send.ts';
import type { RegistryRefusal } from '../../../../src/oci/index.ts';

const REGISTRY = '111122223333.dkr.ecr.eu-central-1.amazonaws.com';
const DIGEST = `sha256:${'a'.repeat(64)}`;

test.each<{ method: string; path: string; operation: string; action?: string }>([
  { method: 'GET', path: '/v2/golden/python/manifests/3.13', operation: 'BatchGetImage' },
  { method: 'HEAD', path: `/v2/golden/python/manifests/${DIGEST}`, operation: 'BatchGetImage' },
  { method: 'PUT', path: '/v2/golden/python/manifests/3.13', operation: 'PutImage' },
  { method: 'DELETE', path: `/v2/golden/python/manifests/${DIGEST}`, operation: 'BatchDeleteImage' },
  { method: 'POST', path: '/v2/golden/python/blobs/uploads/', operation: 'InitiateLayerUpload' },
  { method: 'PATCH', path: '/v2/golden/python/blobs/uploads/1', operation: 'UploadLayerPart' },
  { method: 'PUT', path: '/v2/golden/python/blobs/uploads/1', operation: 'CompleteLayerUpload' },
  { method: 'HEAD', path: `/v2/golden/python/blobs/${DIGEST}`, operation: 'BatchCheckLayerAvailability' },
  { method: 'GET', path: `/v2/golden/python/blobs/${DIGEST}`, operation: 'GetDownloadUrlForLayer' },
  { method: 'GET', path: '/v2/golden/python/tags/list', operation: 'ListImages' },
  {
    method: 'GET',
    path: `/v2/golden/python/referrers/${DIGEST}`,
    operation: 'ListImageReferrers',
    action: 'ecr:BatchGetImage',
  },
])('$method $path is $operation', ({ method, path, operation, action }) => {
  const expected = { operation, action: action ?? `ecr:${operation}`, repository: 'golden/python' };
  expect(ecrCallOf({ method, path })).toEqual(expected);
});

test.each([
  { method: 'GET', path: '/v2/' },
  { method: 'GET', path: '/prod-eu-central-1-starport-layer-bucket/x' },
])('$path is none', (request) => {
  expect(ecrCallOf(request)).toBeUndefined();
});

describe('rates', () => {
  async function msFor(host: string, requests: number, status = 201): Promise<number> {
    const send = withEcrRates(async () => ({ status, headers: {}, body: new Uint8Array() }));
    const url = new URL(`https://${host}/v2/golden/python/manifests/${DIGEST}`);
    const { signal } = new AbortController();
    const startedMs = performance.now();
    for (let number = 0; number < requests; number += 1) {
      await send({ method: 'PUT', url, headers: {}, maxBytes: 0, signal });
    }
    return performance.now() - startedMs;
  }

  test('ten images a second, and no more', async () => {
    expect(await msFor(REGISTRY, 15)).toBeGreaterThan(400);
  });

  test('fewer where somebody else uses the rate', async () => {
    expect(await msFor(REGISTRY, 4, 429)).toBeGreaterThan(500);
  });

  test('as many as anybody likes in another registry', async () => {
    expect(await msFor('registry.example.com', 200)).toBeLessThan(400);
  });
});

describe('what ECR says no with', () => {
  const DENIED =
    'User: arn:aws:sts::111122223333:assumed-role/ingot/ci is not authorized to perform: ecr:InitiateLayerUpload on resource: arn:aws:ecr:eu-central-1:111122223333:repository/team-a/python because no identity-based policy allows the ecr:InitiateLayerUpload action';
  const ARN = 'arn:aws:ecr:eu-central-1:111122223333:repository/team-a/python';

  function refusal(changed: Partial<RegistryRefusal>): RegistryRefusal {
    const path = '/v2/team-a/python/blobs/uploads/';
    const doing = `upload blob ${DIGEST} to ${REGISTRY}/team-a/python`;
    return { method: 'POST', registry: REGISTRY, path, doing, status: 403, errors: [], ...changed };
  }

  test.each<{
    summary: string;
    changed: Partial<RegistryRefusal>;
    message: string;
    hint: string;
    code: string;
  }>([
    {
      summary: 'a permission that is missing',
      changed: { errors: [{ code: 'DENIED', message: DENIED }] },
      code: 'AWS_DENIED',
      message: `"arn:aws:sts::111122223333:assumed-role/ingot/ci" may not ecr:InitiateLayerUpload on "${ARN}" because no identity-based policy`,
      hint: `\`ingot ecr explain arn:aws:sts::111122223333:assumed-role/ingot/ci ecr:InitiateLayerUpload ${ARN}\` says which statement decides`,
    },
    {
      summary: 'a permission that is missing, where a HEAD cannot say so',
      changed: { method: 'HEAD', path: `/v2/team-a/python/blobs/${DIGEST}` },
      code: 'AWS_DENIED',
      message: `these credentials may not ecr:BatchCheckLayerAvailability on "${ARN}", or their login has expired`,
      hint: `\`ingot ecr explain PRINCIPAL ecr:BatchCheckLayerAvailability ${ARN}\` says which statement decides`,
    },
    {
      summary: 'referrers, which have no permission of their own',
      changed: { method: 'GET', path: `/v2/team-a/python/referrers/${DIGEST}` },
      code: 'AWS_DENIED',
      message: `these credentials may not ecr:BatchGetImage on "${ARN}"`,
      hint: `\`ingot ecr explain PRINCIPAL ecr:BatchGetImage ${ARN}\` says which statement decides`,
    },
    {
      summary: 'a login that is over, and no permission that is missing',
      changed: {
        method: 'GET',
        path: '/v2/team-a/python/manifests/3.13',
        errors: [
          { code: 'DENIED', message: 'Your authorization token has expired. Reauthenticate and try again.' },
        ],
      },
      code: 'AWS_CREDENTIALS',
      message: `the login to ${REGISTRY} has expired`,
      hint: `log in anew: aws ecr get-login-password --region eu-central-1 | docker login --username AWS --password-stdin ${REGISTRY}; or \`docker logout ${REGISTRY}\`: AWS's credentials are used then`,
    },
    {
      summary: 'a repository that is not there',
      changed: {
        status: 404,
        errors: [
          {
            code: 'NAME_UNKNOWN',
            message:
              "The repository with name 'team-a/python' does not exist in the registry with id '111122223333'",
          },
        ],
      },
      code: 'REPOSITORY_MISSING',
      message: 'ECR has no repository "team-a/python", and makes none by itself',
      hint: '`ingot ecr plan` shows what is missing, and `ingot ecr apply` makes it',
    },
  ])('$summary', ({ changed, code, message, hint }) => {
    const error = explainEcr(refusal(changed));
    expect(error).toMatchObject({ code, hint });
    expect(error?.message).toContain(`cannot upload blob ${DIGEST} to ${REGISTRY}/team-a/python: ${message}`);
  });

  test.each<{ summary: string; changed: Partial<RegistryRefusal> }>([
    {
      summary: 'reading from a repository that is not there finds nothing',
      changed: {
        method: 'GET',
        path: '/v2/team-a/python/tags/list',
        status: 404,
        errors: [{ code: 'NAME_UNKNOWN' }],
      },
    },
    {
      summary: 'the factory need not delete',
      changed: { method: 'DELETE', path: `/v2/team-a/python/manifests/${DIGEST}` },
    },
    { summary: 'another registry speaks for itself', changed: { registry: 'registry.example.com' } },
    { summary: 'ECR is down', changed: { status: 503 } },
  ])('$summary', ({ changed }) => {
    expect(explainEcr(refusal(changed))).toBeUndefined();
  });
});
