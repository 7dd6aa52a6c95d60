import { describe, expect, test } from 'vitest';
import type { ReleaseRecord, Sha256 } from '../../../../src/model/index.ts';
import { chooseRelease, withdrawnBy } from '../../../../src/stages/promote/choose-release.ts';
import { promote, readRelease, readReleases, rollback } from '../../../../src/stages/promote/index.ts';
import {
  RELEASE,
  releaseWorkshop,
  tagsOf,
  TRACK,
  type ReleaseWorkshop,
} from '../../../support/release-workshop.ts';

function digestOf(name: string): Sha256 {
  return `sha256:${name.repeat(64)}` as Sha256;
}

/** `abca`: four releases of three images, the last one first. */
function releases(images: string, withdrawn = ''): { newest: ReleaseRecord; older: ReleaseRecord[] } {
  const [newest, ...older] = Array.from(images)
    .map((image, index): ReleaseRecord => {
      return {
        schemaVersion: 1,
        repository: 'golden/python',
        track: '3.13',
        sequence: index + 1,
        digest: digestOf(image),
        buildId: image,
        tags: { unique: `3.13.5.20261121030${index}`, moving: '3.13' },
        version: '3.13.5',
        epoch: 1,
        promotedAt: '2026-11-21T03:00:00Z',
        reason: 'inputs changed',
      };
    })
    .reverse();
  const marks = Array.from(withdrawn).map((image) => {
    return { digest: digestOf(image), tag: image, at: '2026-11-20T03:00:00Z', reason: 'crashes' };
  });
  return { newest: { ...newest!, ...(marks.length > 0 && { withdrawn: marks }) }, older };
}

interface Case {
  readonly summary: string;
  readonly images: string;
  readonly withdrawn?: string;
  readonly to?: string;
  /** Image, and sequence of its record; or the error. */
  readonly expected: string;
}

const CASES: readonly Case[] = [
  { summary: 'the release before', images: 'abc', expected: 'b 2' },
  { summary: 'the one before of another image', images: 'abb', expected: 'a 1' },
  { summary: 'not what was withdrawn', images: 'abc', withdrawn: 'b', expected: 'a 1' },
  { summary: 'by tag', images: 'abc', to: '3.13.5.202611210300', expected: 'a 1' },
  { summary: 'by digest', images: 'abc', to: digestOf('a'), expected: 'a 1' },
  { summary: 'forward again', images: 'aba', to: digestOf('b'), expected: 'b 2' },
  {
    summary: 'nothing before',
    images: 'a',
    expected:
      'RELEASE_NOT_FOUND: cannot roll back golden/python:3.13: it has no older release that may be made again',
  },
  {
    summary: 'what was never released',
    images: 'ab',
    to: '3.13.5.1',
    expected: 'RELEASE_NOT_FOUND: cannot roll back golden/python:3.13 to "3.13.5.1": it was never released',
  },
  {
    summary: 'what is released',
    images: 'ab',
    to: '3.13.5.202611210301',
    expected:
      'RELEASE_NOT_FOUND: cannot roll back golden/python:3.13 to "3.13.5.202611210301": it is what is released',
  },
  {
    summary: 'a withdrawn one by tag',
    images: 'aba',
    withdrawn: 'b',
    to: '3.13.5.202611210301',
    expected:
      'RELEASE_WITHDRAWN: cannot roll back golden/python:3.13 to "3.13.5.202611210301": it was withdrawn on 2026-11-20T03:00:00Z: crashes',
  },
];

describe('what a track goes back to', () => {
  test.each(CASES)('$summary', ({ images, withdrawn, to, expected }) => {
    const choose = (): string => {
      const choice = { forbidden: () => undefined, ...(to !== undefined && { to }) };
      const { digest, sequence } = chooseRelease(releases(images, withdrawn), choice);
      return `${digest.at(-1)} ${sequence}`;
    };
    let got: string;
    try {
      got = choose();
    } catch (error) {
      const { code, message } = error as { code: string; message: string };
      got = `${code}: ${message}`;
    }
    expect(got).toBe(expected);
  });

  test('what somebody forbids is passed over, and refused by name', () => {
    const forbidden = ({ buildId }: ReleaseRecord) =>
      buildId === 'b' ? 'decisions/b.json withdraws it' : undefined;
    expect(chooseRelease(releases('abc'), { forbidden }).buildId).toBe('a');
    expect(() => chooseRelease(releases('abc'), { to: digestOf('b'), forbidden })).toThrow(
      'decisions/b.json withdraws it',
    );
  });

  test.each([
    { summary: 'back: the newer one is withdrawn', images: 'ab', to: 'a', expected: ['b'] },
    { summary: 'forward: nothing is', images: 'aba', to: 'b', expected: [] },
  ])('$summary', ({ images, to, expected }) => {
    const track = releases(images);
    const target = [track.newest, ...track.older].find(({ buildId }) => buildId === to)!;
    const marks = withdrawnBy(track, target, { at: 'now', reason: 'r' });
    expect(marks.map(({ digest }) => digest)).toEqual(expected.map(digestOf));
  });
});

async function twoReleases(): Promise<ReleaseWorkshop & { readonly first: Sha256; readonly second: Sha256 }> {
  const workshop = await releaseWorkshop();
  const first = await promote(await workshop.signedImage('one'), RELEASE, workshop.deps);
  const later = { ...RELEASE, promotedAt: '2026-11-22T03:12:00.000Z' };
  const second = await promote(await workshop.signedImage('two'), later, workshop.deps);
  return { ...workshop, first: first.record.digest, second: second.record.digest };
}

function request({ repository, copy }: ReleaseWorkshop) {
  return {
    track: TRACK,
    places: { repository, copies: [copy] },
    reason: 'crashes under load',
    promotedAt: '2026-11-23T09:00:00.000Z',
    forbidden: () => undefined,
    copy: () => Promise.reject(new Error('every namespace has it')),
  };
}

describe('a rollback', () => {
  test('is a newer record of the older image, with a newer unique tag, in every namespace', async () => {
    const workshop = await twoReleases();
    const { first, second, deps, served, name } = workshop;
    const { record } = await rollback(request(workshop), deps);
    expect(record).toMatchObject({
      sequence: 3,
      digest: first,
      buildId: 'id-one',
      previous: second,
      tags: { unique: '3.13.5.202611230900', moving: '3.13' },
      reason: 'crashes under load',
      rolledBackFrom: '3.13.5.202611220312',
      withdrawn: [{ digest: second, tag: '3.13.5.202611220312', reason: 'crashes under load' }],
    });
    expect(await readRelease(name, deps)).toEqual(record);
    for (const namespace of ['golden/python', 'team-a/python']) {
      expect(tagsOf(served, namespace)).toMatchObject({
        '3.13': first,
        '3.13.5.202611230900': first,
        '3.13.5.202611210312': first,
        '3.13.5.202611220312': second,
      });
    }
  });

  test('what was withdrawn is never promoted again; other builds are, and keep the mark', async () => {
    const workshop = await twoReleases();
    const { second, deps, signedImage, name, served } = workshop;
    const { record } = await rollback(request(workshop), deps);
    const next = { ...RELEASE, promotedAt: '2026-11-24T03:12:00.000Z' };
    await expect(promote(await signedImage('two'), next, deps)).rejects.toMatchObject({
      code: 'RELEASE_WITHDRAWN',
    });
    expect(await readRelease(name, deps)).toEqual(record);
    expect(tagsOf(served)).toMatchObject({ '3.13': record.digest });
    const third = await promote(await signedImage('three'), next, deps);
    expect(third.record).toMatchObject({ sequence: 4, withdrawn: [{ digest: second }] });
    expect(third.record.rolledBackFrom).toBeUndefined();
  });

  test('can be taken forward again by name, and then nothing more is withdrawn', async () => {
    const workshop = await twoReleases();
    const { deps, signedImage, name } = workshop;
    const next = { ...RELEASE, promotedAt: '2026-11-23T03:12:00.000Z' };
    const third = await promote(await signedImage('three'), next, deps);
    await rollback({ ...request(workshop), to: '3.13.5.202611210312' }, deps);
    const forward = { ...request(workshop), to: '3.13.5.202611220312', promotedAt: '2026-11-23T10:00:00Z' };
    const { record } = await rollback(forward, deps);
    expect(record.withdrawn?.map(({ digest }) => digest)).toEqual([third.record.digest]);
    expect((await readReleases(name, deps)).map(({ sequence }) => sequence)).toEqual([5, 4, 3, 2, 1]);
  });

  test.each(['sig', 'att'])(
    'to an image whose .%s is gone is refused before anything is written',
    async (kind) => {
      const workshop = await twoReleases();
      const { deps, served, first } = workshop;
      const before = tagsOf(served);
      served.repository('golden/python').tags.delete(`${first.replace(':', '-')}.${kind}`);
      await expect(rollback(request(workshop), deps)).rejects.toMatchObject({ code: 'RELEASE_NOT_FOUND' });
      expect(tagsOf(served)).toEqual(before);
    },
  );

  test('releases nothing where a namespace does not have the image after it was brought', async () => {
    const workshop = await twoReleases();
    const { deps, served, first, copy } = workshop;
    const before = [tagsOf(served), tagsOf(served, 'team-a/python')];
    served.repository('team-a/python').tags.delete(`${first.replace(':', '-')}.sig`);
    const asked: unknown[] = [];
    const bring = async ({ digest }: ReleaseRecord, to: readonly string[]) => void asked.push([digest, to]);
    await expect(rollback({ ...request(workshop), copy: bring }, deps)).rejects.toMatchObject({
      code: 'RELEASE_NOT_FOUND',
    });
    expect(asked).toEqual([[first, [copy]]]);
    expect([tagsOf(served), tagsOf(served, 'team-a/python')]).toEqual(before);
  });
});
