import { describe, expect, test } from 'vitest';
import { evaluateLifecycle, settle } from '../../../../src/ecr/index.ts';
import type { Fate } from '../../../../src/ecr/index.ts';
import { NOW_MS, digestOf, ecrImage, type DescribedImage } from '../../../support/ecr-images.ts';
import { archiveRule, expireRule } from '../../../support/lifecycle-examples.ts';

const old = { countType: 'sinceImagePushed', countUnit: 'days', countNumber: 7 } as const;
const untagged = expireRule(2, { tagStatus: 'untagged', ...old });
const releases = expireRule(1, { tagStatus: 'tagged', tagPatternList: ['1.*'], ...old });
const policy = { rules: [untagged, releases] };

const release: readonly DescribedImage[] = [
  { name: 'index', tags: ['1.0'], days: 20, children: ['amd64', 'arm64'] },
  { name: 'amd64', days: 20 },
  { name: 'arm64', days: 20 },
  { name: 'sig', tags: ['sha256-index.sig'], days: 20 },
  { name: 'bundle', days: 1, subject: 'index' },
  { name: 'signature of the bundle', days: 1, subject: 'bundle' },
];

function fatesOf(images: readonly DescribedImage[], rules = policy.rules): Record<string, Fate> {
  const judged = evaluateLifecycle(images.map(ecrImage), { rules }, NOW_MS);
  return Object.fromEntries(judged.map(({ fate }, at) => [images[at]!.name, fate]));
}

describe('indexes and referrers', () => {
  test('an index goes first, with its referrers; what it lists is held until it has gone', () => {
    expect(fatesOf(release)).toEqual({
      index: { kind: 'acted-on', action: 'expire', rule: 1 },
      amd64: { kind: 'held', rule: 2, index: digestOf('index') },
      arm64: { kind: 'held', rule: 2, index: digestOf('index') },
      sig: { kind: 'unselected' },
      bundle: { kind: 'follows', action: 'expire', subject: digestOf('index') },
      'signature of the bundle': { kind: 'follows', action: 'expire', subject: digestOf('bundle') },
    });
  });

  test('an evaluation later what it listed goes, and a tag that only looks like its own stays', () => {
    const { actedOn, staying } = settle(release.map(ecrImage), policy, NOW_MS);
    expect(actedOn.map(({ image }) => image.digest)).toEqual(
      ['index', 'bundle', 'signature of the bundle', 'amd64', 'arm64'].map(digestOf),
    );
    expect(staying.map(({ image }) => image.digest)).toEqual([digestOf('sig')]);
  });

  test('a referrer is an image of its own: a rule takes it while its subject lives', () => {
    const images = [
      { name: 'index', tags: ['2.0'], days: 20 },
      { name: 'bundle', days: 20, subject: 'index' },
    ];
    expect(fatesOf(images)).toEqual({
      index: { kind: 'unselected' },
      bundle: { kind: 'acted-on', action: 'expire', rule: 2 },
    });
  });

  test('a referrer goes into the archive with its subject; an index there holds nothing', () => {
    const archive = [archiveRule(1, releases.selection), untagged];
    const { actedOn, staying } = settle(release.map(ecrImage), { rules: archive }, NOW_MS);
    expect(
      actedOn.map(({ fate }) => (fate.kind === 'acted-on' ? `${fate.action} ${fate.rule}` : fate.kind)),
    ).toEqual(['transition 1', 'follows', 'follows', 'expire 2', 'expire 2']);
    expect(staying.map(({ image }) => image.storageClass)).toEqual([
      'archive',
      'standard',
      'archive',
      'archive',
    ]);
  });
});

describe('counting', () => {
  const newest = { countType: 'imageCountMoreThan', countNumber: 2 } as const;

  test('indexes, what they list, signatures and referrers all count', () => {
    const rules = [expireRule(1, { tagStatus: 'any', ...newest })];
    const kinds = Object.entries(fatesOf(release, rules)).map(([name, { kind }]) => `${name}: ${kind}`);
    expect(kinds).toEqual([
      'index: acted-on',
      'amd64: held',
      'arm64: held',
      'sig: acted-on',
      'bundle: follows',
      'signature of the bundle: follows',
    ]);
  });

  test('what a rule before is in charge of counts, and is not touched', () => {
    const rules = [
      expireRule(1, {
        tagStatus: 'tagged',
        tagPatternList: ['keep'],
        countType: 'imageCountMoreThan',
        countNumber: 99,
      }),
      expireRule(2, { tagStatus: 'tagged', tagPatternList: ['1.*'], ...newest }),
    ];
    const images = [
      { name: 'a', tags: ['1.4'], days: 1 },
      { name: 'b', tags: ['1.3', 'keep'], days: 2 },
      { name: 'c', tags: ['1.2'], days: 3 },
      { name: 'd', tags: ['1.1', 'keep'], days: 4 },
    ];
    expect(Object.values(fatesOf(images, rules))).toEqual([
      { kind: 'kept', rule: 2 },
      { kind: 'kept', rule: 1 },
      { kind: 'acted-on', action: 'expire', rule: 2 },
      { kind: 'kept', rule: 1 },
    ]);
  });
});
