import { expect, test } from 'vitest';
import { isHealed, promote } from '../../../../src/stages/promote/index.ts';
import { RELEASE, releaseWorkshop, type ReleaseWorkshop } from '../../../support/release-workshop.ts';

/** A release in golden and at one team, of which something may be done to the team's. */
async function releasedThen(
  harm: (tags: Map<string, string>, digest: string, world: ReleaseWorkshop) => unknown,
): Promise<{ readonly isHealed: () => Promise<boolean>; readonly writes: () => number }> {
  const world = await releaseWorkshop();
  const { served, deps, signedImage, repository, copy } = world;
  const { record } = await promote(await signedImage('one'), RELEASE, deps);
  await harm(served.repository('team-a/python').tags, record.digest, world);
  const before = served.requests.length;
  return {
    isHealed: () => isHealed(record, { repository, copies: [copy] }, deps),
    writes: () => served.requests.slice(before).filter(({ method }) => /^(PUT|POST)/.test(method)).length,
  };
}

test.each<[string, Parameters<typeof releasedThen>[0]]>([
  ['its build tag', (tags) => tags.delete('build-id-one')],
  ['its unique tag', (tags) => tags.delete('3.13.5.202611210312')],
  ['its moving tag', (tags) => tags.delete('3.13')],
  ['its record', (tags) => tags.delete('release-3.13-000001')],
  ['our signature', (tags, digest) => tags.delete(`sha256-${digest.slice(7)}.sig`)],
  [
    'its moving tag, which points elsewhere',
    async (tags, _, { signedImage }) => tags.set('3.13', (await signedImage('two')).published.ref.digest),
  ],
])('a release whose copy lacks %s is not healed, and looking writes nothing', async (_, harm) => {
  const world = await releasedThen(harm);
  expect(await world.isHealed()).toBe(false);
  expect(world.writes()).toBe(0);
});

test('a release that has everything everywhere is healed', async () => {
  const world = await releasedThen(() => undefined);
  expect(await world.isHealed()).toBe(true);
  expect(world.writes()).toBe(0);
});
