import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  findUses,
  guard,
  parseImageId,
  parseInUse,
  retentionPolicy,
  settle,
  withKeepTags,
  type Ancestry,
  type EcrImage,
} from '../../../../src/ecr/index.ts';
import type { Sha256 } from '../../../../src/model/index.ts';
import { NOW_MS, digestOf } from '../../../support/ecr-images.ts';
import { storedRepository } from '../../../support/ecr-repository.ts';

const policy = retentionPolicy(
  { tracks: ['24'], retention: { releases: 1, days: 30, untaggedDays: 3 }, hasReferrers: false },
  new Date(NOW_MS),
);
const { releases, images } = storedRepository([
  { track: '24', releases: [{ days: 300 }, { days: 200 }, { days: 100 }] },
]);
const [oldest, middle, newest] = releases as [
  (typeof releases)[0],
  (typeof releases)[0],
  (typeof releases)[0],
];

function guarded(
  running: readonly Sha256[],
  there: readonly EcrImage[] = images,
  ours: readonly Ancestry[] = [],
) {
  const uses = findUses({
    running: running.map((digest, at) => ({ digest, where: `pod-${at}` })),
    ancestryOf: (digest) => ours.filter((each) => each.digest === digest),
    ours: ours.filter(({ digest }) => there.some((image) => image.digest === digest)),
  });
  return guard(there, settle(there, policy, NOW_MS), uses);
}

function names({ endangered }: ReturnType<typeof guard>) {
  return endangered.map(({ image, keep, uses }) => ({
    digest: image.digest,
    keep: keep.digest,
    uses: uses.map(({ relation, where }) => `${relation} ${where}`),
  }));
}

describe('guard', () => {
  test('what would go while it runs is named with the tag that keeps it', () => {
    const hex = oldest.index.digest.slice('sha256:'.length);
    const { endangered } = guarded([oldest.index.digest, newest.index.digest]);
    expect(endangered).toEqual([
      {
        image: oldest.index,
        fate: { kind: 'acted-on', action: 'expire', rule: 7 },
        uses: [{ relation: 'runs', where: 'pod-0' }],
        keep: { digest: oldest.index.digest, tag: `in-use-${hex}` },
      },
    ]);
  });

  test('of a platform that runs, its index is kept', () => {
    const [platform] = oldest.index.children!;
    expect(names(guarded([platform!]))).toEqual([
      { digest: platform, keep: oldest.index.digest, uses: ['runs pod-0'] },
    ]);
  });

  test('what stays anyway needs no tag', () => {
    expect(guarded([newest.index.digest, digestOf('of someone else')]).endangered).toEqual([]);
  });

  test('a tag of what runs no longer is told', () => {
    const kept = images.map((image) => ({
      ...image,
      tags: image === oldest.index ? [...image.tags, 'in-use-abc'] : image.tags,
    }));
    expect(guarded([], kept).unneeded).toEqual([{ digest: oldest.index.digest, tag: 'in-use-abc' }]);
    expect(guarded([oldest.index.children![0]!], kept)).toEqual({ endangered: [], unneeded: [] });
  });

  test('with the tags nothing in use goes, whatever runs', () => {
    const digests = images.map(({ digest }) => digest);
    fc.assert(
      fc.property(fc.subarray(digests), (running) => {
        const { endangered } = guarded(running);
        const tagged = withKeepTags(images, endangered);
        expect(guarded(running, tagged).endangered).toEqual([]);
      }),
    );
  });
});

describe('bases', () => {
  const layers = ['a', 'b', 'c', 'd', 'e'].map(digestOf);
  const [amd64] = oldest.index.children!;
  const [other] = middle.index.children!;
  const ours: readonly Ancestry[] = [
    { digest: amd64!, layers: layers.slice(0, 3) },
    { digest: other!, layers: layers.slice(0, 2) },
  ];

  test.each([
    { summary: 'the release with the longest beginning', app: { layers }, bases: [amd64] },
    {
      summary: 'a shorter one where the longer differs',
      app: { layers: [...layers.slice(0, 2), digestOf('x')] },
      bases: [other],
    },
    { summary: 'none that has other layers below', app: { layers: layers.slice(1) }, bases: [] },
    {
      summary: 'what the annotation names',
      app: { layers: [digestOf('x')], base: oldest.index.digest },
      bases: [oldest.index.digest],
    },
    { summary: 'both', app: { layers, base: middle.index.digest }, bases: [middle.index.digest, amd64] },
  ])('$summary', ({ app, bases }) => {
    const digest = digestOf('app');
    const uses = findUses({
      running: [{ digest, where: 'cart' }],
      ancestryOf: () => [{ digest, ...app }],
      ours,
    });
    expect([...uses].flatMap(([base, found]) => (found[0]?.relation === 'base' ? [base] : []))).toEqual(
      bases,
    );
  });

  test('are kept for what runs on them', () => {
    const app = digestOf('app');
    const found = guarded([app], images, [...ours, { digest: app, layers }]);
    expect(names(found)).toEqual([{ digest: amd64, keep: oldest.index.digest, uses: ['base pod-0'] }]);
  });
});

describe('what is in use', () => {
  const digest = digestOf('a');

  test('is read from lines', () => {
    const text = `# production\n${digest}\n\nregistry.example.com/shop/cart@${digest} # twice\nlocalhost:5000/cart:1@${digest}\n`;
    expect(parseInUse(text, 'in-use.txt')).toEqual([
      { digest, where: 'in-use.txt:2' },
      { digest, repository: 'registry.example.com/shop/cart', where: 'in-use.txt:4' },
      { digest, repository: 'localhost:5000/cart', where: 'in-use.txt:5' },
    ]);
  });

  test('is read from JSON', () => {
    expect(parseInUse(JSON.stringify([digest, `cart@${digest}`]), 'x.json')).toEqual([
      { digest, where: 'x.json[0]' },
      { digest, repository: 'cart', where: 'x.json[1]' },
    ]);
  });

  test.each([
    ['node:24\nsha256:1\n', 'f:1: got "node:24", f:2: got "sha256:1"'],
    ['[1]', 'expected a JSON list of digests'],
    ['[', 'expected a JSON list of digests'],
    ['', '"f" names no digest'],
    ['# nothing came\n', '"f" names no digest'],
    ['[]', '"f" names no digest'],
  ])('%j is refused', (text, message) => {
    expect(() => parseInUse(text, 'f')).toThrow(message);
  });

  test.each([
    { id: `docker-pullable://registry.example.com/a@${digest}`, repository: 'registry.example.com/a' },
    { id: `registry.example.com/a@${digest}`, repository: 'registry.example.com/a' },
    { id: digest, repository: undefined },
  ])('imageID $id', ({ id, repository }) => {
    expect(parseImageId(id, 'pod')).toEqual({
      digest,
      where: 'pod',
      ...(repository !== undefined && { repository }),
    });
  });

  test.each(['', 'docker://abc', 'node:24'])('imageID "%s" names no digest', (id) => {
    expect(parseImageId(id, 'pod')).toBeUndefined();
  });
});
