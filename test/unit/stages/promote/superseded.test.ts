import { describe, expect, test } from 'vitest';
import { promote } from '../../../../src/stages/promote/index.ts';
import { RELEASE, releaseWorkshop, tagsOf } from '../../../support/release-workshop.ts';

describe('what a release supersedes, where lifecycle rules go by it', () => {
  const LATER = { ...RELEASE, promotedAt: '2026-11-22T03:12:00.000Z' };
  const MARK = 'superseded-3.13-000002.202611220312';

  test('is marked in every namespace, before the moving tag leaves it', async () => {
    const { served, deps, signedImage } = await releaseWorkshop();
    const marking = { ...deps, marksSuperseded: true };
    const first = await promote(await signedImage('one'), RELEASE, marking);
    const image = await signedImage('two');
    const before = served.requests.length;
    await promote(image, LATER, marking);
    for (const namespace of ['golden/python', 'team-a/python']) {
      expect(tagsOf(served, namespace)[MARK]).toBe(first.record.digest);
    }
    const puts = served.requests.slice(before).filter(({ method }) => method === 'PUT');
    const written = puts.map(({ path }) => path);
    expect(written.slice(-4)).toEqual([
      `/v2/golden/python/manifests/${MARK}`,
      '/v2/golden/python/manifests/3.13',
      `/v2/team-a/python/manifests/${MARK}`,
      '/v2/team-a/python/manifests/3.13',
    ]);
  });

  test('is marked once, whenever a run is killed', async () => {
    const { served, deps, signedImage } = await releaseWorkshop();
    const marking = { ...deps, marksSuperseded: true };
    const first = await promote(await signedImage('one'), RELEASE, marking);
    const image = await signedImage('two');
    served.fault = ({ method, path }) =>
      method === 'PUT' && path === '/v2/team-a/python/manifests/3.13'
        ? { kind: 'status', status: 503 }
        : undefined;
    await expect(promote(image, LATER, marking)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    served.fault = () => undefined;
    await promote(image, LATER, marking);
    await promote(image, LATER, marking);
    const marks = Object.entries(tagsOf(served, 'team-a/python')).filter(([tag]) => /^superseded-/.test(tag));
    expect(marks).toEqual([[MARK, first.record.digest]]);
  });

  test('is marked again where it was released again', async () => {
    const { served, deps, signedImage } = await releaseWorkshop();
    const marking = { ...deps, marksSuperseded: true };
    const [one, two] = [await signedImage('one'), await signedImage('two')];
    await promote(one, RELEASE, marking);
    await promote(two, RELEASE, marking);
    await promote(one, RELEASE, marking);
    await promote(two, RELEASE, marking);
    const { ref: first } = one.published;
    const { ref: second } = two.published;
    expect(tagsOf(served)).toMatchObject({
      'superseded-3.13-000002.202611210312': first.digest,
      'superseded-3.13-000003.202611210312': second.digest,
      'superseded-3.13-000004.202611210312': first.digest,
    });
  });

  test('has no mark elsewhere', async () => {
    const { served, deps, signedImage } = await releaseWorkshop();
    await promote(await signedImage('one'), RELEASE, deps);
    await promote(await signedImage('two'), LATER, deps);
    expect(Object.keys(tagsOf(served)).filter((tag) => tag.startsWith('superseded-'))).toEqual([]);
  });
});
