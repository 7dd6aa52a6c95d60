import { describe, expect, test } from 'vitest';
import {
  findUses,
  previewRepository,
  previewText,
  retentionPolicy,
  type EcrAnswer,
  type EcrImage,
  type EcrPreviewed,
  type PreviewInput,
} from '../../../../src/ecr/index.ts';
import { hexOf } from '../../../../src/oci/index.ts';
import { NOW_MS, digestOf, ecrImage } from '../../../support/ecr-images.ts';
import { storedRepository } from '../../../support/ecr-repository.ts';

const policy = retentionPolicy(
  { tracks: ['24'], retention: { releases: 1, days: 30, untaggedDays: 3 }, hasReferrers: false },
  new Date(NOW_MS),
);
const { releases, images } = storedRepository([
  { track: '24', releases: [{ days: 300 }, { days: 200 }, { days: 1 }] },
]);
const [oldest, middle] = releases as [(typeof releases)[0], (typeof releases)[0]];
const running = [{ digest: oldest.index.digest, where: 'production/shop/cart-1 (cart)' }];
const uses = findUses({ running, ancestryOf: () => [], ours: [] });
const bundle = ecrImage({ name: 'bundle', days: 1, subject: '2-24' });

const same: readonly EcrPreviewed[] = [
  { digest: oldest.index.digest, action: 'expire', rule: 7 },
  { digest: middle.index.digest, action: 'expire', rule: 7 },
  ...images
    .filter(({ tags, pushedAtMs }) => tags.length === 0 && pushedAtMs < NOW_MS - 100 * 86_400_000)
    .filter(({ digest }) => !releases.some(({ index }) => index.children?.includes(digest)))
    .map(({ digest }) => ({ digest, action: 'expire' as const, rule: 8 })),
];

function previewOf(ecr: EcrAnswer, there = images, isKeeping = false) {
  return previewRepository({
    repository: 'golden/node',
    rules: 'wanted' as const,
    images: there,
    policy,
    nowMs: NOW_MS,
    uses,
    lookedIn: ['production', 'in-use.txt'],
    ecr,
    isKeeping,
  });
}

describe('beside ECR', () => {
  test('the same is said', () => {
    expect(previewOf({ kind: 'answered', previewed: same }).ecr).toEqual({
      kind: 'compared',
      differences: [],
    });
  });

  test('every difference is named, and what follows its subject is none', () => {
    const [first, ...others] = same;
    const previewed = [
      { ...first!, rule: 1 },
      ...others.slice(1),
      { digest: digestOf('unknown'), action: 'transition' as const, rule: 2 },
    ];
    const { ecr } = previewOf({ kind: 'answered', previewed }, [...images, bundle]);
    const byDigest =
      ecr.kind === 'compared' ? ecr.differences.map(({ simulated, ecr: theirs }) => [simulated, theirs]) : [];
    expect(byDigest.toSorted()).toEqual([
      ['expire by rule 7', 'expire by rule 1'],
      ['expire by rule 7', 'stays'],
      ['stays', 'transition by rule 2'],
    ]);
  });
});

test('what belonged to images that go is left over, release records are not', () => {
  const left = previewOf({ kind: 'unanswered', reason: 'x' }).leftOver.flatMap(({ tags }) => tags);
  const hexes = [oldest, middle].map(({ index }) =>
    hexOf(digestOf(index === oldest.index ? '1-24' : '2-24')),
  );
  expect(left.toSorted()).toEqual(
    hexes.flatMap((hex) => [`sha256-${hex}.sig`, `sha256-${hex}.att`, `inputs-${hex}`]).toSorted(),
  );
});

test('as text', async () => {
  const reason = 'the endpoint does not know StartLifecyclePolicyPreview';
  const refused = previewOf({ kind: 'unanswered', reason }, [...images, bundle]);
  const kept = previewOf({ kind: 'answered', previewed: same.slice(1) }, images, true);
  const nothing = { ...previewOf({ kind: 'answered', previewed: [] }, []), repository: 'golden/base' };
  await expect(`${previewText([refused, kept, nothing])}\n`).toMatchFileSnapshot(
    '../../../golden/ecr/preview.txt',
  );
});

describe('a tag that keeps what has no use', () => {
  const tagged = images.map((image) =>
    image === middle.index ? { ...image, tags: [...image.tags, 'in-use-abc'] } : image,
  );
  const asked = {
    repository: 'golden/node',
    rules: 'wanted' as const,
    images: tagged,
    policy,
    nowMs: NOW_MS,
    uses,
    ecr: { kind: 'unanswered', reason: 'x' } as const,
    isKeeping: false,
  };

  test('is told with where was looked', () => {
    const preview = previewRepository({ ...asked, lookedIn: ['production', 'in-use.txt'] });
    expect(preview.unneededTags).toEqual([{ digest: middle.index.digest, tag: 'in-use-abc' }]);
    expect(previewText([preview])).toContain(
      `${middle.index.digest.slice(0, 19)} is not in use in production, in-use.txt, and kept by tag in-use-abc`,
    );
  });

  test('is not, where nobody looked or not all could be read', () => {
    expect(previewRepository({ ...asked, lookedIn: [] }).unneededTags).toEqual([]);
  });
});

describe('with --keep', () => {
  const keeping = (there: readonly EcrImage[], others: Partial<PreviewInput> = {}) =>
    previewRepository({
      repository: 'golden/node',
      rules: 'in-force',
      images: there,
      policy,
      nowMs: NOW_MS,
      uses,
      lookedIn: ['production'],
      ecr: { kind: 'unanswered', reason: 'x' },
      isKeeping: true,
      ...others,
    });

  test.each([
    { summary: 'the next release pushes over the count', releases: 3, days: 1 },
    { summary: 'the next release takes the track from', releases: 1, days: 1 },
  ])('what $summary is kept before that', ({ releases: count, days }) => {
    const many = storedRepository([
      { track: '24', releases: [{ days: 300 }, { days: 250 }, { days: 200 }].slice(-count) },
    ]);
    const [first] = many.releases;
    const counting = retentionPolicy(
      { tracks: ['24'], retention: { releases: count, days, untaggedDays: 3 }, hasReferrers: false },
      new Date(NOW_MS),
    );
    const runs = findUses({
      running: [{ digest: first!.index.digest, where: 'cart' }],
      ancestryOf: () => [],
      ours: [],
    });
    const asked = { policy: counting, uses: runs };
    expect(keeping(many.images, asked).kept.map(({ image }) => image)).toEqual([first!.index]);
    expect(keeping(many.images, { ...asked, isKeeping: false }).endangered).toEqual([]);
  });

  test('what the next release does not reach gets no tag', () => {
    const newest = releases.at(-1)!;
    const runs = findUses({
      running: [{ digest: newest.index.digest, where: 'cart' }],
      ancestryOf: () => [],
      ours: [],
    });
    expect(keeping(images, { uses: runs }).kept).toEqual([]);
  });

  test('what rules would take in spite of the tag is in danger still', () => {
    const byHand = {
      rules: [
        {
          rulePriority: 1,
          selection: {
            tagStatus: 'any' as const,
            countType: 'sinceImagePushed' as const,
            countUnit: 'days' as const,
            countNumber: 100,
          },
          action: { type: 'expire' as const },
        },
      ],
    };
    const { kept, endangered } = keeping(images, { policy: byHand });
    expect(kept).toEqual([]);
    expect(endangered.map(({ image }) => image.digest)).toEqual([oldest.index.digest]);
    expect(previewText([keeping(images, { policy: byHand })])).toContain(
      'golden/node, by the rules in force, which are others: 24 images',
    );
  });
});

test('what is kept does not go, nor what it lists', () => {
  const { going, kept, endangered } = previewOf({ kind: 'unanswered', reason: 'x' }, images, true);
  expect(endangered).toEqual([]);
  expect(kept.map(({ image }) => image)).toEqual([oldest.index]);
  const gone = going.map(({ image }) => image.digest);
  expect(oldest.parts.filter((part) => gone.includes(part))).toEqual([]);
});
