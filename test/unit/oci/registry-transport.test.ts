import { describe, expect, test } from 'vitest';
import { createRegistryClient, sha256Of } from '../../../src/oci/index.ts';
import type { Credentials, WireRequest } from '../../../src/oci/index.ts';
import { scripted, type Answer } from '../../support/scripted-registry.ts';

const repository = 'registry.example.com/golden/python';
const content = Buffer.from('blob');
const digest = sha256Of(content);
const login: Credentials = { kind: 'password', username: 'ada', password: 'secret' };

const challenge = {
  status: 401,
  headers: { 'www-authenticate': 'Bearer realm="https://auth.example.com/token",service="registry"' },
};
const token = { status: 200, body: Buffer.from('{"access_token":"t1"}') };

describe('redirects', () => {
  const storage = { status: 307, headers: { location: 'https://storage.example.com/x?signature=y' } };

  test('to storage are followed without credentials', async () => {
    const answers = [challenge, token, storage, { status: 200, body: content }];
    const { client, sent } = scripted(answers, login);
    expect(Buffer.from(await client.getBlob(repository, digest, 100))).toEqual(content);
    const seen = sent.map(({ url, headers }) => `${url.host} ${headers['authorization'] ?? '-'}`);
    expect(seen).toEqual([
      'registry.example.com -',
      `auth.example.com Basic ${Buffer.from('ada:secret').toString('base64')}`,
      'registry.example.com Bearer t1',
      'storage.example.com -',
    ]);
  });

  test('to storage that asks for a login get none', async () => {
    const theirs = { 'www-authenticate': 'Bearer realm="https://elsewhere.example.com/token"' };
    const { client, sent } = scripted([storage, { status: 401, headers: theirs }], login);
    await expect(client.getBlob(repository, digest, 100)).rejects.toMatchObject({ code: 'REGISTRY_DENIED' });
    expect(sent.map(({ url }) => url.host)).toEqual(['registry.example.com', 'storage.example.com']);
  });

  test('end somewhere', async () => {
    const { client } = scripted(Array<Answer>(5).fill(storage));
    await expect(client.getBlob(repository, digest, 100)).rejects.toMatchObject({ code: 'REGISTRY_INVALID' });
  });

  test.each(['http://storage.example.com/x', 'http://127.0.0.1/x', 'file:///etc/passwd'])(
    'to %s are not followed',
    async (location) => {
      const { client, sent } = scripted([{ status: 302, headers: { location } }]);
      await expect(client.getBlob(repository, digest, 100)).rejects.toMatchObject({
        code: 'REGISTRY_INVALID',
      });
      expect(sent).toHaveLength(1);
    },
  );

  test('what storage serves is checked like everything else', async () => {
    const { client } = scripted([storage, { status: 200, body: Buffer.from('other') }]);
    await expect(client.getBlob(repository, digest, 100)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });
});

describe('uploads', () => {
  const blob = { digest, size: content.length, open: () => [content] };

  test.each([
    {
      location: '/v2/x/1?state=a%2Fb',
      expected: `https://registry.example.com/v2/x/1?state=a%2Fb&digest=${encodeURIComponent(digest)}`,
    },
    {
      location: 'https://upload.example.com/1',
      expected: `https://upload.example.com/1?digest=${encodeURIComponent(digest)}`,
    },
  ])('go where the registry says: $location', async ({ location, expected }) => {
    const { client, sent } = scripted([{ status: 202, headers: { location } }, { status: 201 }]);
    await client.putBlob(repository, blob);
    expect(sent[1]?.url.href).toBe(expected);
    expect(sent[1]?.headers['content-length']).toBe('4');
  });

  test.each([{ location: 'http://upload.example.com/1' }, {}])('but not to %o', async (headers) => {
    const { client } = scripted([{ status: 202, headers }]);
    await expect(client.putBlob(repository, blob)).rejects.toMatchObject({ code: 'REGISTRY_INVALID' });
  });
});

/** As Debian's docker-registry tells of it, in the two ways it has. */
test.each([
  '{"errors":[{"code":"UNKNOWN","message":"unknown error","detail":"write /content/data: no space left on device"}]}',
  '{"errors":[{"code":"UNKNOWN","message":"unknown error","detail":{"DriverName":"filesystem","Enclosed":{"Op":"write","Path":"/content/startedat","Err":28}}}]}',
])('a registry whose disk is full is told as such, and not asked again: %s', async (body) => {
  const sent: WireRequest[] = [];
  const client = createRegistryClient({
    send: (request) => {
      sent.push(request);
      return Promise.resolve({ status: 500, headers: {}, body: Buffer.from(body) });
    },
    credentials: () => Promise.resolve(undefined),
    signal: new AbortController().signal,
    retryPausesMs: [0, 0],
  });
  await expect(
    client.putBlob(repository, { digest, size: content.length, open: () => [content] }),
  ).rejects.toMatchObject({
    code: 'STORAGE_FAILED',
    message: `cannot upload blob ${digest} to ${repository}: the disk of registry registry.example.com is full`,
  });
  expect(sent).toHaveLength(1);
});

describe('logging in', () => {
  test('with an identity token is a POST, and the token stays out of the URL', async () => {
    const credentials: Credentials = { kind: 'identity-token', token: 'refresh' };
    const { client, sent } = scripted([challenge, token, { status: 200 }], credentials);
    expect(await client.hasBlob(repository, digest)).toBe(true);
    const login = sent[1]!;
    expect([login.method, login.url.href]).toEqual(['POST', 'https://auth.example.com/token']);
    expect(Buffer.from(login.body as Uint8Array).toString()).toBe(
      'grant_type=refresh_token&refresh_token=refresh&client_id=ingot&service=registry&scope=repository%3Agolden%2Fpython%3Apull',
    );
  });

  test('happens again when a token is over', async () => {
    const second = { ...token, body: Buffer.from('{"token":"t2"}') };
    const answers = [challenge, token, { status: 200 }, challenge, second, { status: 200 }];
    const { client, sent } = scripted(answers, login);
    await client.hasBlob(repository, digest);
    await client.hasBlob(repository, digest);
    const used = sent
      .map(({ headers }) => headers['authorization'])
      .filter((each) => each?.startsWith('Bearer'));
    expect(used).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t2']);
  });

  test.each([
    {
      summary: 'a token service that is down',
      answers: [challenge, { status: 502 }],
      code: 'REGISTRY_UNAVAILABLE',
    },
    {
      summary: 'a token service that refuses',
      answers: [challenge, { status: 401 }],
      code: 'REGISTRY_DENIED',
    },
    {
      summary: 'an answer without a token',
      answers: [challenge, { status: 200, body: Buffer.from('{}') }],
      code: 'REGISTRY_INVALID',
    },
    {
      summary: 'a token that would break the header',
      answers: [challenge, { status: 200, body: Buffer.from('{"token":"a\\nb"}') }],
      code: 'REGISTRY_INVALID',
    },
    {
      summary: 'a challenge that is none',
      answers: [{ status: 401, headers: { 'www-authenticate': 'Negotiate' } }],
      code: 'REGISTRY_INVALID',
    },
    { summary: 'a 401 after the login', answers: [challenge, token, challenge], code: 'REGISTRY_DENIED' },
  ])('$summary: $code', async ({ answers, code }) => {
    const { client } = scripted(answers, login);
    await expect(client.hasBlob(repository, digest)).rejects.toMatchObject({ code });
  });
});

test('lists of tags go on where the registry says', async () => {
  const link = '</v2/golden/python/tags/list?last=b&n=2>; rel="next"';
  const { client, sent } = scripted([
    { status: 200, headers: { link }, body: Buffer.from('{"tags":["a","b"]}') },
    { status: 200, body: Buffer.from('{"tags":["c",".no tag"]}') },
  ]);
  expect(await client.listTags(repository)).toEqual(['a', 'b', 'c']);
  expect(sent[1]?.url.search).toBe('?last=b&n=2');
});

test('a run that is stopped says so, and does not try again', async () => {
  const controller = new AbortController();
  let requests = 0;
  const client = createRegistryClient({
    send: () => {
      requests += 1;
      controller.abort();
      return Promise.reject(new Error('aborted'));
    },
    credentials: () => Promise.resolve(undefined),
    signal: controller.signal,
  });
  await expect(client.hasBlob(repository, digest)).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(requests).toBe(1);
});

test('what a registry says in an error is passed on, shortened', async () => {
  const message = `no such repository ${'x'.repeat(1000)}`;
  const body = Buffer.from(JSON.stringify({ errors: [{ code: 'NAME_UNKNOWN', message }] }));
  const { client } = scripted([{ status: 404, body }]);
  const error = await client.getBlob(repository, digest, 100).catch((reason: unknown) => reason as Error);
  expect((error as Error).message).toMatch(/got 404 \(NAME_UNKNOWN no such repository x{100}/);
  expect((error as Error).message.length).toBeLessThan(600);
});
