import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createEcrLogins } from '../../../../src/host/aws/ecr-logins.ts';
import { explainEcr } from '../../../../src/host/aws/ecr-refusals.ts';
import { withEcrRates } from '../../../../src/host/aws/ecr-send.ts';
import { readProxySettings } from '../../../../src/host/proxy-settings.ts';
import { createRegistrySend } from '../../../../src/host/registry-send.ts';
import type { GatedImage, ImageRepositories } from '../../../../src/model/index.ts';
import { createRegistryClient, parseTag } from '../../../../src/oci/index.ts';
import type { RegistryClient, Send } from '../../../../src/oci/index.ts';
import { publish } from '../../../../src/stages/publish/index.ts';
import { ACCOUNT, REGION } from '../../../support/ecr-answers.ts';
import { ECR_REGISTRY, serveEcrDataPlane, type EcrDataPlane } from '../../../support/ecr-data-plane.ts';
import { serveEcr, type EcrServer } from '../../../support/ecr-server.ts';
import { gatedImage } from '../../../support/gated-image.ts';
import { serveRegistry, type TestRegistry } from '../../../support/registry.ts';
import { testPool } from '../../../support/signing.ts';

const GOLDEN = `${ECR_REGISTRY}/golden/python`;
const TEAMS = ['team-a', 'team-b'].map((team) => `${ECR_REGISTRY}/${team}/python`);
const TARGET: ImageRepositories = { repository: GOLDEN, copies: TEAMS };

interface World {
  readonly ecr: EcrServer;
  readonly plane: EcrDataPlane;
  readonly content: TestRegistry;
  readonly registry: RegistryClient;
}

/** ECR with three repositories, and a registry client as ingot opens it. */
async function world(): Promise<World> {
  const ecr = await serveEcr();
  for (const [name, value] of Object.entries(ecr.environment)) {
    vi.stubEnv(name, value);
  }
  ecr.blobMounting = 'ENABLED';
  for (const repositoryName of ['golden/python', 'team-a/python', 'team-b/python']) {
    ecr.repositories.set(repositoryName, {
      repositoryName,
      repositoryArn: `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${repositoryName}`,
      registryId: ACCOUNT,
      createdAt: 0,
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filter: '3.13', filterType: 'WILDCARD' }],
      encryptionConfiguration: { encryptionType: 'AES256' },
      tags: new Map(),
    });
  }
  const content = await serveRegistry();
  const plane = await serveEcrDataPlane(ecr, `http://${content.address}`);
  return { ecr, plane, content, registry: clientOf(plane) };
}

function clientOf(plane: EcrDataPlane): RegistryClient {
  const { signal } = new AbortController();
  const logins = createEcrLogins({ proxies: readProxySettings({}), signal });
  const { send, close } = createRegistrySend({});
  onTestFinished(async () => {
    logins.close();
    await close();
  });
  const here: Send = (request) => {
    expect(request.url.origin).toBe(`https://${ECR_REGISTRY}`);
    return send({ ...request, url: new URL(request.url.pathname + request.url.search, plane.url) });
  };
  return createRegistryClient({
    send: withEcrRates(here),
    credentials: logins.credentials,
    explain: explainEcr,
    signal,
    retryPausesMs: [0, 0],
    throttlePausesMs: [100, 200, 400, 800],
  });
}

function publishTo({ registry }: Pick<World, 'registry'>, image: GatedImage) {
  return publish(image, TARGET, { registry, pool: testPool() });
}

function writesOf(plane: EcrDataPlane): readonly string[] {
  return plane.requests
    .filter(({ method, status }) => method === 'PUT' && status === 201)
    .map(({ path }) => path.replace(/^\/v2\/(.+)\/(blobs|manifests)\/.*$/, '$1 $2'));
}

test('pushed once to golden, mounted for the teams, with one digest and one password', async () => {
  const { ecr, plane, content, registry } = await world();
  const image = await gatedImage();
  const { ref } = await publishTo({ registry }, image);
  expect(writesOf(plane).filter((write) => write.endsWith('blobs'))).toEqual([
    'golden/python blobs',
    'golden/python blobs',
  ]);
  for (const name of ['golden/python', 'team-a/python', 'team-b/python']) {
    expect(content.repository(name).manifests.has(ref.digest)).toBe(true);
  }
  expect(ecr.calls.map(({ operation }) => operation)).toEqual(['GetAuthorizationToken']);
  expect(plane.requests.filter(({ status }) => status === 401).length).toBeLessThan(5);
});

test('where the account does not mount, the teams get the bytes', async () => {
  const { ecr, plane, content, registry } = await world();
  ecr.blobMounting = 'DISABLED';
  const { ref } = await publishTo({ registry }, await gatedImage());
  expect(writesOf(plane).filter((write) => write.endsWith('blobs'))).toHaveLength(6);
  expect(content.repository('team-b/python').manifests.has(ref.digest)).toBe(true);
});

test('a password that is over in the middle of a push is replaced, and the push goes on', async () => {
  const { ecr, plane, registry } = await world();
  let uploads = 0;
  plane.refuse = ({ method }) => {
    uploads += method === 'PUT' ? 1 : 0;
    if (uploads === 2) {
      uploads += 1;
      ecr.passwords.set('SECRET-PASSWORD-1', 0);
      return {
        status: 403,
        code: 'DENIED',
        message: 'Your authorization token has expired. Reauthenticate and try again.',
      };
    }
    return undefined;
  };
  await publishTo({ registry }, await gatedImage());
  expect(ecr.calls).toHaveLength(2);
  expect(plane.requests.filter(({ status }) => status === 403)).toHaveLength(1);
});

test('a run that dies between two teams is finished by the next, which pushes only what is missing', async () => {
  const { plane, content, registry } = await world();
  const image = await gatedImage();
  plane.refuse = ({ method, path }) =>
    method === 'PUT' && path.includes('/team-b/')
      ? { status: 503, code: 'UNAVAILABLE', message: '' }
      : undefined;
  await expect(publishTo({ registry }, image)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
  plane.refuse = () => undefined;
  plane.requests.length = 0;
  const { ref } = await publishTo({ registry: clientOf(plane) }, image);
  expect(writesOf(plane)).toEqual(['team-b/python manifests', 'team-b/python manifests']);
  expect(content.repository('team-b/python').manifests.has(ref.digest)).toBe(true);
});

test('more images than ten a second wait for their turn', async () => {
  const { plane, registry } = await world();
  for (const content of ['1', '2']) {
    await publishTo({ registry }, await gatedImage({ content }));
  }
  expect(writesOf(plane).filter((write) => write.endsWith('manifests'))).toHaveLength(12);
  const second = clientOf(plane);
  // somebody else uses the same account: 429, and tried again
  await publishTo({ registry: second }, await gatedImage({ content: '3' }));
  expect(writesOf(plane).filter((write) => write.endsWith('manifests'))).toHaveLength(18);
});

describe('what ECR says no with', () => {
  const tag = parseTag('3.13.5.202611210312');

  test('a tag that another run has written: the same is fine, another stops', async () => {
    const { plane, content, registry } = await world();
    const { ref } = await publishTo({ registry }, await gatedImage());
    const other = await publishTo({ registry }, await gatedImage({ content: 'other' }));
    const manifest = (await registry.getManifest(GOLDEN, ref.digest))!;
    content.repository('golden/python').tags.set(tag, ref.digest);
    expect(await registry.putManifest(GOLDEN, tag, manifest)).toBe(ref.digest);
    expect(plane.requests.at(-2)).toMatchObject({ method: 'PUT', status: 400 });
    content.repository('golden/python').tags.set(tag, other.ref.digest);
    await expect(registry.putManifest(GOLDEN, tag, manifest)).rejects.toMatchObject({
      code: 'TAG_TAKEN',
      message: `cannot write tag "${tag}" of ${GOLDEN}: it never moves and points at ${other.ref.digest}, expected ${ref.digest}`,
    });
  });

  test('a repository that nobody made', async () => {
    const { ecr, registry } = await world();
    ecr.repositories.delete('team-b/python');
    await expect(publishTo({ registry }, await gatedImage())).rejects.toMatchObject({
      code: 'REPOSITORY_MISSING',
      message: expect.stringContaining('ECR has no repository "team-b/python"'),
    });
  });

  test('a permission that is missing', async () => {
    const { plane, registry } = await world();
    const arn = `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/team-a/python`;
    const message = `User: arn:aws:iam::${ACCOUNT}:user/ci is not authorized to perform: ecr:PutImage on resource: ${arn} with an explicit deny in a resource-based policy`;
    plane.refuse = ({ method, path }) =>
      method === 'PUT' && path.startsWith('/v2/team-a/python/manifests/')
        ? { status: 403, code: 'DENIED', message }
        : undefined;
    await expect(publishTo({ registry }, await gatedImage())).rejects.toMatchObject({
      code: 'AWS_DENIED',
      message: expect.stringContaining(`"arn:aws:iam::${ACCOUNT}:user/ci" may not ecr:PutImage on "${arn}"`),
      hint: `\`ingot ecr explain arn:aws:iam::${ACCOUNT}:user/ci ecr:PutImage ${arn}\` says which statement decides`,
    });
  });
});
