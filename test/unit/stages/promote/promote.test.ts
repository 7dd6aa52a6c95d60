import { describe, expect, test } from 'vitest';
import type { BuildId, Decision } from '../../../../src/model/index.ts';
import {
  addBuildTag,
  findBuild,
  healTags,
  isComplete,
  promote,
  readRelease,
} from '../../../../src/stages/promote/index.ts';
import { decided } from '../../../support/decided.ts';
import { RELEASE, releaseWorkshop, tagsOf } from '../../../support/release-workshop.ts';
import { DIGEST } from '../../../support/runs.ts';

describe('the first release', () => {
  test('has a record and its tags in every namespace', async () => {
    const { served, deps, signedImage, name } = await releaseWorkshop();
    const image = await signedImage('one');
    const { digest } = image.published.ref;
    const promoted = await promote(image, RELEASE, deps);
    expect(promoted).toEqual({
      record: {
        schemaVersion: 1,
        repository: 'golden/python',
        track: '3.13',
        sequence: 1,
        digest,
        buildId: 'id-one',
        tags: { unique: '3.13.5.202611210312', moving: '3.13' },
        version: '3.13.5',
        epoch: 1_790_000_000,
        promotedAt: '2026-11-21T03:12:59.000Z',
        reason: 'security update of openssl',
      },
      tags: ['build-id-one', '3.13.5.202611210312', '3.13'],
    });
    for (const namespace of ['golden/python', 'team-a/python']) {
      expect(tagsOf(served, namespace)).toEqual({
        'release-3.13-000001': expect.stringMatching(/^sha256:/),
        'build-id-one': digest,
        '3.13.5.202611210312': digest,
        '3.13': digest,
      });
    }
    expect(await readRelease(name, deps)).toEqual(promoted.record);
  });

  test('the moving tag is written last of all', async () => {
    const { served, deps, signedImage } = await releaseWorkshop();
    await promote(await signedImage('one'), RELEASE, deps);
    const written = served.requests.filter(
      ({ method, path }) => method === 'PUT' && /\/manifests\/(?!sha256)/.test(path),
    );
    expect(written.map(({ path }) => path.replace('/v2/', '').replace('/manifests/', ':'))).toEqual([
      'golden/python:release-3.13-000001',
      'team-a/python:release-3.13-000001',
      'golden/python:build-id-one',
      'team-a/python:build-id-one',
      'golden/python:3.13.5.202611210312',
      'team-a/python:3.13.5.202611210312',
      'golden/python:3.13',
      'team-a/python:3.13',
    ]);
  });

  test('before it there is none', async () => {
    const { deps, name, repository, registry } = await releaseWorkshop();
    expect(await readRelease(name, deps)).toBeUndefined();
    expect(await findBuild(repository, 'id-one' as BuildId, registry)).toBeUndefined();
  });
});

describe('the next release', () => {
  test('has the next sequence, names the one before and moves the tag', async () => {
    const { served, deps, signedImage } = await releaseWorkshop();
    const first = await promote(await signedImage('one'), RELEASE, deps);
    const later = { ...RELEASE, promotedAt: '2026-11-22T03:12:00.000Z' };
    const second = await promote(await signedImage('two'), later, deps);
    expect(second.record).toMatchObject({ sequence: 2, previous: first.record.digest });
    expect(tagsOf(served)).toMatchObject({
      '3.13': second.record.digest,
      '3.13.5.202611210312': first.record.digest,
      '3.13.5.202611220312': second.record.digest,
    });
  });

  test('in the same minute takes the next one', async () => {
    const { deps, signedImage } = await releaseWorkshop();
    await promote(await signedImage('one'), RELEASE, deps);
    const second = await promote(await signedImage('two'), RELEASE, deps);
    const third = await promote(await signedImage('three'), RELEASE, deps);
    expect(second.record.tags.unique).toBe('3.13.5.202611210313');
    expect(third.record.tags.unique).toBe('3.13.5.202611210314');
  });

  test('in the same minute as one whose tags are not written yet', async () => {
    const { served, deps, signedImage } = await releaseWorkshop();
    served.fault = ({ method, path }) =>
      method === 'PUT' && path.endsWith('/manifests/build-id-one')
        ? { kind: 'status', status: 503 }
        : undefined;
    const image = await signedImage('one');
    await expect(promote(image, RELEASE, deps)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    const second = await promote(await signedImage('two'), RELEASE, deps);
    expect(second.record).toMatchObject({ sequence: 2, tags: { unique: '3.13.5.202611210313' } });
  });

  test('of what is released already writes nothing', async () => {
    const { served, deps, signedImage } = await releaseWorkshop();
    const image = await signedImage('one');
    const first = await promote(image, RELEASE, deps);
    const before = served.requests.length;
    expect(await promote(image, { ...RELEASE, reason: 'again' }, deps)).toEqual(first);
    expect(served.requests.slice(before).filter(({ method }) => method === 'PUT')).toEqual([]);
  });
});

describe('a registry that dies between record and tags', () => {
  test.each(['build-id-one', '3.13.5.202611210312', '3.13'])('before "%s": healed', async (tag) => {
    const { served, deps, signedImage, repository, copy, name } = await releaseWorkshop();
    served.fault = ({ method, path }) =>
      method === 'PUT' && path.endsWith(`/manifests/${tag}`) ? { kind: 'die' } : undefined;
    const image = await signedImage('one');
    await expect(promote(image, RELEASE, deps)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    expect(tagsOf(served)).not.toHaveProperty([tag]);
    served.fault = () => undefined;
    const record = (await readRelease(name, deps))!;
    await healTags(record, { repository, copies: [copy] }, deps);
    for (const namespace of ['golden/python', 'team-a/python']) {
      expect(tagsOf(served, namespace)).toMatchObject({ [tag]: image.published.ref.digest });
    }
  });

  test('before the record: nothing is released', async () => {
    const { served, deps, signedImage, name } = await releaseWorkshop();
    served.fault = ({ method, path }) =>
      method === 'PUT' && path.includes('/manifests/release-') ? { kind: 'die' } : undefined;
    const image = await signedImage('one');
    await expect(promote(image, RELEASE, deps)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    expect(tagsOf(served)).toEqual({});
    expect(await readRelease(name, deps)).toBeUndefined();
  });
});

describe('healing', () => {
  test('writes nothing where all is well', async () => {
    const { served, deps, signedImage, repository, copy } = await releaseWorkshop();
    const { record } = await promote(await signedImage('one'), RELEASE, deps);
    const before = served.requests.length;
    await healTags(record, { repository, copies: [copy] }, deps);
    expect(served.requests.slice(before).filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  test('brings back a moving tag that someone moved', async () => {
    const { served, deps, signedImage, repository } = await releaseWorkshop();
    const { record } = await promote(await signedImage('one'), RELEASE, deps);
    served.repository('golden/python').tags.set('3.13', (await signedImage('two')).published.ref.digest);
    await healTags(record, { repository, copies: [] }, deps);
    expect(tagsOf(served)['3.13']).toBe(record.digest);
  });

  test('gives no tag to content whose signature is gone', async () => {
    const { served, deps, signedImage, repository } = await releaseWorkshop();
    const { record } = await promote(await signedImage('one'), RELEASE, deps);
    const { tags } = served.repository('golden/python');
    tags.delete('3.13');
    tags.delete(`sha256-${record.digest.slice(7)}.sig`);
    await expect(healTags(record, { repository, copies: [] }, deps)).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
    expect(tagsOf(served)).not.toHaveProperty(['3.13']);
  });

  describe('is not enough', () => {
    async function released() {
      const workshop = await releaseWorkshop();
      const { served, deps, signedImage, repository, copy } = workshop;
      const { record } = await promote(await signedImage('one'), RELEASE, deps);
      const places = { repository, copies: [copy] };
      expect(await isComplete(record, places, deps)).toBe(true);
      return { ...workshop, record, places, copied: served.repository('team-a/python') };
    }

    test('for a team that is new', async () => {
      const { served, deps, record, places, copy } = await released();
      const added = { ...places, copies: [copy, `${served.address}/team-b/python`] };
      expect(await isComplete(record, added, deps)).toBe(false);
    });

    test.each(['sig', 'att'])('where a run died before it wrote .%s', async (kind) => {
      const { deps, record, places, copied } = await released();
      copied.tags.delete(`sha256-${record.digest.slice(7)}.${kind}`);
      expect(await isComplete(record, places, deps)).toBe(false);
    });

    test('where the content is gone', async () => {
      const { deps, record, places, copied } = await released();
      copied.manifests.delete(record.digest);
      expect(await isComplete(record, places, deps)).toBe(false);
    });
  });
});

describe('immutable tags that point elsewhere are refused', () => {
  test.each(['build-id-one', '3.13.5.202611210312'])('%s', async (tag) => {
    const { served, deps, signedImage, repository } = await releaseWorkshop();
    const { record } = await promote(await signedImage('one'), RELEASE, deps);
    const other = (await signedImage('two')).published.ref.digest;
    served.repository('golden/python').tags.set(tag, other);
    await expect(healTags(record, { repository, copies: [] }, deps)).rejects.toMatchObject({
      code: 'TAG_TAKEN',
      message: expect.stringContaining(`points at ${other}, expected ${record.digest}`),
    });
    expect(tagsOf(served)[tag]).toBe(other);
  });

  test('a release record that says something else', async () => {
    const { served, deps, signedImage } = await releaseWorkshop();
    const { record } = await promote(await signedImage('one'), RELEASE, deps);
    served.repository('golden/python').tags.delete('release-3.13-000001');
    await expect(promote(await signedImage('two'), RELEASE, deps)).rejects.toMatchObject({
      code: 'REGISTRY_INVALID',
      message: expect.stringContaining('another one is there'),
    });
    expect(tagsOf(served, 'team-a/python')['3.13']).toBe(record.digest);
  });

  test('a build id that is known for another digest', async () => {
    const { deps, signedImage } = await releaseWorkshop();
    await promote(await signedImage('one'), RELEASE, deps);
    const { ref } = (await signedImage('two')).published;
    await expect(addBuildTag(ref, 'id-one' as BuildId, deps.registry)).rejects.toMatchObject({
      code: 'TAG_TAKEN',
    });
  });
});

test('a new build id can name what is published', async () => {
  const { deps, signedImage, repository } = await releaseWorkshop();
  const { record } = await promote(await signedImage('one'), RELEASE, deps);
  await addBuildTag({ repository, digest: record.digest }, 'id-new' as BuildId, deps.registry);
  expect(await findBuild(repository, 'id-new' as BuildId, deps.registry)).toBe(record.digest);
});

describe('what a decision withdraws', () => {
  const withdraw = decided({ kind: 'withdraw', file: 'decisions/w.json', release: 'none' });

  test.each([
    ['is not promoted', { expires: '2027-01-31' }],
    ['is not promoted after the day of the decision either', { expires: '2026-01-31' }],
    ['is not promoted under the name of another image', { target: 'node-*' }],
  ])('%s, and nothing is written', async (_, fields) => {
    const { served, deps, signedImage } = await releaseWorkshop();
    const image = await signedImage('one');
    const { digest } = image.published.ref;
    const decisions = [{ ...withdraw, ...fields, release: digest } as Decision];
    const before = served.requests.length;
    await expect(promote(image, { ...RELEASE, decisions }, deps)).rejects.toMatchObject({
      code: 'RELEASE_WITHDRAWN',
      message: expect.stringMatching(
        /decisions\/w\.json withdrew it: incident 4711 \(platform@example.com\)$/,
      ),
    });
    expect(served.requests.slice(before)).toEqual([]);
    expect(tagsOf(served)).toEqual({});
  });

  test('is not promoted again, though it is what is released', async () => {
    const { served, deps, signedImage } = await releaseWorkshop();
    const image = await signedImage('one');
    await promote(image, RELEASE, deps);
    const before = tagsOf(served);
    const decisions = [{ ...withdraw, release: image.published.ref.digest }];
    await expect(promote(image, { ...RELEASE, decisions }, deps)).rejects.toMatchObject({
      code: 'RELEASE_WITHDRAWN',
    });
    expect(tagsOf(served)).toEqual(before);
  });

  test.each<[string, Decision]>([
    ['is another release', { ...withdraw, release: DIGEST }],
    [
      'is known by a tag alone, which this image does not have yet',
      { ...withdraw, release: '3.13.5.202611210312' },
    ],
    ['is nothing, of another kind', decided({ kind: 'freeze', file: 'decisions/f.json' })],
  ])('is no reason if it %s', async (_, decision) => {
    const { deps, signedImage } = await releaseWorkshop();
    const image = await signedImage('one');
    const { record } = await promote(image, { ...RELEASE, decisions: [decision] }, deps);
    expect(record.digest).toBe(image.published.ref.digest);
  });
});
