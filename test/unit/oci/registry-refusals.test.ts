import { describe, expect, test } from 'vitest';
import { createRegistryClient, parseTag, sha256Of } from '../../../src/oci/index.ts';
import type { WireRequest, WireResponse } from '../../../src/oci/index.ts';
import { scripted, type Answer } from '../../support/scripted-registry.ts';

const repository = 'registry.example.com/golden/python';
const content = Buffer.from('blob');
const digest = sha256Of(content);

describe('a password that is over, as ECR tells it', () => {
  const asked = {
    status: 401,
    headers: { 'www-authenticate': 'Basic realm="https://registry.example.com/"' },
  };
  const over = {
    status: 403,
    body: Buffer.from(
      '{"errors":[{"code":"DENIED","message":"Your authorization token has expired. Reauthenticate and try again."}]}',
    ),
  };
  const opened = { status: 202, headers: { location: '/v2/golden/python/blobs/uploads/1' } };
  const blob = { digest, size: content.length, open: () => [content] };

  /** Passwords that are replaced when they are refused, as often as there are more. */
  function passwords(answers: readonly Answer[], all: readonly string[]) {
    let used = 0;
    return scripted(answers, async (_, refused) => {
      used += refused === undefined || all[used + 1] === undefined ? 0 : 1;
      return { kind: 'password', username: 'AWS', password: all[used] ?? '' };
    });
  }

  function told(sent: readonly WireRequest[]): readonly string[] {
    return sent.map(({ method, headers }) => {
      const [, encoded = ''] = (headers['authorization'] ?? '').split(' ');
      return `${method} ${Buffer.from(encoded, 'base64').toString()}`;
    });
  }

  test('in the middle of a push: another is asked for, and the push goes on from there', async () => {
    const answers = [asked, opened, over, { status: 201 }, { status: 200 }];
    const { client, sent } = passwords(answers, ['one', 'two']);
    await client.putBlob(repository, blob);
    expect(await client.hasBlob('registry.example.com/team/python', digest)).toBe(true);
    expect(told(sent)).toEqual(['POST ', 'POST AWS:one', 'PUT AWS:one', 'PUT AWS:two', 'HEAD AWS:two']);
  });

  test('a HEAD has no body to tell it', async () => {
    const answers = [asked, { status: 200 }, { status: 403 }, { status: 404 }];
    const { client, sent } = passwords(answers, ['one', 'two']);
    expect(await client.hasBlob(repository, digest)).toBe(true);
    expect(await client.hasBlob(repository, digest)).toBe(false);
    expect(told(sent)).toEqual(['HEAD ', 'HEAD AWS:one', 'HEAD AWS:one', 'HEAD AWS:two']);
  });

  test.each([
    { summary: 'where there is no other', all: ['one'], answers: [asked, opened, over], requests: 3 },
    {
      summary: 'where another is refused too',
      all: ['one', 'two'],
      answers: [asked, opened, over, over],
      requests: 4,
    },
    {
      summary: 'where the password is not what is wrong',
      all: ['one', 'two'],
      answers: [asked, { status: 403 }],
      requests: 2,
    },
  ])('$summary, it is denied, and nobody tries for ever', async ({ all, answers, requests }) => {
    const { client, sent } = passwords(answers, all);
    await expect(client.putBlob(repository, blob)).rejects.toMatchObject({ code: 'REGISTRY_DENIED' });
    expect(sent).toHaveLength(requests);
  });
});

describe('a registry that takes no more for now', () => {
  const busy = { status: 429, body: Buffer.from('{"errors":[{"code":"TOOMANYREQUESTS"}]}') };

  function asking(answers: readonly Answer[], throttlePausesMs: readonly number[]) {
    const left = [...answers];
    return createRegistryClient({
      send: async (): Promise<WireResponse> => ({ headers: {}, body: new Uint8Array(), ...left.shift()! }),
      credentials: async () => undefined,
      signal: new AbortController().signal,
      retryPausesMs: [0, 0],
      throttlePausesMs,
    });
  }

  test('is asked again after longer and longer pauses', async () => {
    const client = asking([busy, busy, { status: 200 }], [40, 80]);
    const startedMs = performance.now();
    expect(await client.hasBlob(repository, digest)).toBe(true);
    // a pause is at least half of what it could be
    expect(performance.now() - startedMs).toBeGreaterThan(55);
  });

  test('or after the pause that it names', async () => {
    const client = asking([{ ...busy, headers: { 'retry-after': '0' } }, { status: 200 }], [60_000]);
    expect(await client.hasBlob(repository, digest)).toBe(true);
  });

  test('but not for ever', async () => {
    const client = asking(Array<Answer>(3).fill(busy), [0, 0]);
    await expect(client.hasBlob(repository, digest)).rejects.toMatchObject({
      code: 'REGISTRY_THROTTLED',
      message: `cannot look up blob ${digest} of ${repository}: registry registry.example.com takes no more requests for now (429), after several attempts`,
    });
  });
});

describe('a tag that never moves, and that another run has written', () => {
  const taken = {
    status: 400,
    body: Buffer.from(
      '{"errors":[{"code":"TAG_INVALID","message":"The image tag \'1.0\' already exists in the \'golden/python\' repository and cannot be overwritten because the tag is immutable."}]}',
    ),
  };
  const manifest = { mediaType: 'application/vnd.oci.image.manifest.v1+json', bytes: Buffer.from('{}') };
  const tag = parseTag('1.0');

  test('is fine where it names the same', async () => {
    const { client } = scripted([taken, { status: 200, body: manifest.bytes }]);
    expect(await client.putManifest(repository, tag, manifest)).toBe(sha256Of(manifest.bytes));
  });

  test.each([
    {
      summary: 'something else',
      answer: { status: 200, body: Buffer.from('other') },
      found: sha256Of(Buffer.from('other')),
    },
    { summary: 'what cannot be read', answer: { status: 404 }, found: 'nothing that can be read' },
  ])('stops everything where it names $summary', async ({ answer, found }) => {
    const { client } = scripted([taken, answer]);
    await expect(client.putManifest(repository, tag, manifest)).rejects.toMatchObject({
      code: 'TAG_TAKEN',
      message: `cannot write tag "1.0" of ${repository}: it never moves and points at ${found}, expected ${sha256Of(manifest.bytes)}`,
    });
  });
});
