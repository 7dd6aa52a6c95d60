import type { LifecycleRule } from '../../src/ecr/index.ts';
import { DAY_MS, NOW_MS, type DescribedImage } from './ecr-images.ts';

type Selection = LifecycleRule['selection'];

interface DocumentedExample {
  readonly title: string;
  readonly images: readonly DescribedImage[];
  readonly rules: readonly LifecycleRule[];
  /** `name action`, in the order of `images`. */
  readonly actedOn: readonly string[];
}

export function expireRule(rulePriority: number, selection: Selection): LifecycleRule {
  return { rulePriority, description: `Rule ${rulePriority}`, selection, action: { type: 'expire' } };
}

export function archiveRule(rulePriority: number, selection: Selection): LifecycleRule {
  return {
    rulePriority,
    description: `Rule ${rulePriority}`,
    selection,
    action: { type: 'transition', targetStorageClass: 'archive' },
  };
}

function days(countNumber: number): Pick<Selection, 'countType' | 'countUnit' | 'countNumber'> {
  return { countType: 'sinceImagePushed', countUnit: 'days', countNumber };
}

function newest(countNumber: number): Pick<Selection, 'countType' | 'countNumber'> {
  return { countType: 'imageCountMoreThan', countNumber };
}

function patterns(...tagPatternList: string[]): Pick<Selection, 'tagStatus' | 'tagPatternList'> {
  return { tagStatus: 'tagged', tagPatternList };
}

function prefixes(...tagPrefixList: string[]): Pick<Selection, 'tagStatus' | 'tagPrefixList'> {
  return { tagStatus: 'tagged', tagPrefixList };
}

const betaAndProd = [
  { name: 'A', tags: ['beta-1', 'prod-1'], days: 10 },
  { name: 'B', tags: ['beta-2', 'prod-2'], days: 9 },
  { name: 'C', tags: ['beta-3'], days: 8 },
];

const alphaAndBeta = [
  { name: 'A', tags: ['alpha-1'], days: 12 },
  { name: 'B', tags: ['beta-1'], days: 11 },
  { name: 'C', tags: ['alpha-2', 'beta-2'], days: 10 },
  { name: 'D', tags: ['alpha-3'], days: 4 },
  { name: 'E', tags: ['beta-3'], days: 3 },
  { name: 'F', tags: ['alpha-4', 'beta-4'], days: 2 },
];

const gammaToo = [
  { name: 'A', tags: ['alpha-1', 'beta-1', 'gamma-1'], days: 10 },
  { name: 'B', tags: ['alpha-2', 'beta-2'], days: 9 },
  { name: 'C', tags: ['alpha-3', 'beta-3', 'gamma-2'], days: 8 },
];

const notPulledFor90Days = archiveRule(1, {
  tagStatus: 'any',
  countType: 'sinceImagePulled',
  countUnit: 'days',
  countNumber: 90,
});

function archivedFor(rulePriority: number): LifecycleRule {
  return expireRule(rulePriority, {
    tagStatus: 'any',
    storageClass: 'archive',
    countType: 'sinceImageTransitioned',
    countUnit: 'days',
    countNumber: 365,
  });
}

function daysAgo(count: number): number {
  return NOW_MS - count * DAY_MS;
}

const multipleRules: readonly DocumentedExample[] = [
  {
    title: 'multiple rules, A',
    images: betaAndProd,
    rules: [
      expireRule(1, { ...patterns('prod*'), ...newest(1) }),
      expireRule(2, { ...patterns('beta*'), ...newest(1) }),
    ],
    actedOn: ['A expire'],
  },
  {
    title: 'multiple rules, B',
    images: betaAndProd,
    rules: [
      expireRule(1, { ...patterns('beta*'), ...newest(1) }),
      expireRule(2, { ...patterns('prod*'), ...newest(1) }),
    ],
    actedOn: ['A expire', 'B expire'],
  },
  {
    title: 'multiple rules, A, with prefixes as in older editions',
    images: betaAndProd,
    rules: [
      expireRule(1, { ...prefixes('prod'), ...newest(1) }),
      expireRule(2, { ...prefixes('beta'), ...newest(1) }),
    ],
    actedOn: ['A expire'],
  },
  {
    title: 'multiple rules, B, with prefixes as in older editions',
    images: betaAndProd,
    rules: [
      expireRule(1, { ...prefixes('beta'), ...newest(1) }),
      expireRule(2, { ...prefixes('prod'), ...newest(1) }),
    ],
    actedOn: ['A expire', 'B expire'],
  },
];

const multipleTags: readonly DocumentedExample[] = [
  patterns('alpha*', 'beta*'),
  prefixes('alpha', 'beta'),
].flatMap((tags) => {
  const kind = tags.tagStatus === 'tagged' && 'tagPatternList' in tags ? 'patterns' : 'prefixes';
  return [
    {
      title: `multiple tags in a single rule, A, ${kind}`,
      images: alphaAndBeta,
      rules: [expireRule(1, { ...tags, ...days(5) })],
      actedOn: ['C expire'],
    },
    {
      title: `multiple tags in a single rule, B, ${kind}`,
      images: gammaToo,
      rules: [expireRule(1, { ...tags, ...newest(1) })],
      actedOn: ['A expire', 'B expire'],
    },
  ];
});

const allImages: readonly DocumentedExample[] = [
  {
    title: 'all images, A',
    images: [
      { name: 'A', tags: ['alpha-1'], days: 4 },
      { name: 'B', tags: ['beta-1'], days: 3 },
      { name: 'C', days: 2 },
      { name: 'D', tags: ['alpha-2'], days: 1 },
    ],
    rules: [expireRule(1, { tagStatus: 'any', ...newest(1) })],
    actedOn: ['A expire', 'B expire', 'C expire'],
  },
  {
    title: 'all images, B',
    images: [
      { name: 'A', tags: ['alpha-1', 'beta-1'], days: 4 },
      { name: 'B', days: 3 },
      { name: 'C', tags: ['alpha-2'], days: 2 },
      { name: 'D', tags: ['git hash'], days: 1 },
      // of the same day, and said to be the newest
      { name: 'E', days: 0.99 },
    ],
    rules: [
      expireRule(1, { ...patterns('alpha*'), ...newest(1) }),
      expireRule(2, { tagStatus: 'untagged', ...days(1) }),
      expireRule(3, { tagStatus: 'any', ...newest(1) }),
    ],
    actedOn: ['A expire', 'B expire', 'D expire'],
  },
];

const single: readonly DocumentedExample[] = [
  {
    title: 'image age',
    images: [
      { name: 'old', tags: ['prod'], days: 15 },
      { name: 'older, of a team', tags: ['production-team1'], days: 20 },
      { name: 'young', tags: ['prod2'], days: 13 },
      { name: 'other', tags: ['beta'], days: 20 },
    ],
    rules: [expireRule(1, { ...patterns('prod*'), ...days(14) })],
    actedOn: ['old expire', 'older, of a team expire'],
  },
  {
    title: 'untagged images older than 14 days, of older editions',
    images: [
      { name: 'old', days: 15 },
      { name: 'tagged', tags: ['x'], days: 15 },
      { name: 'young', days: 14 },
    ],
    rules: [expireRule(1, { tagStatus: 'untagged', ...days(14) })],
    actedOn: ['old expire'],
  },
  {
    title: 'image count',
    images: [
      { name: 'first', days: 3 },
      { name: 'second', days: 2 },
      { name: 'tagged', tags: ['x'], days: 9 },
    ],
    rules: [expireRule(1, { tagStatus: 'untagged', ...newest(1) })],
    actedOn: ['first expire'],
  },
  {
    title: 'a pattern inside of a tag',
    images: [
      { name: 'a', tags: ['repo-production'], days: 2 },
      { name: 'b', tags: ['prod-team'], days: 2 },
      { name: 'c', tags: ['pro-d'], days: 2 },
    ],
    rules: [expireRule(1, { ...patterns('*prod*'), ...days(1) })],
    actedOn: ['a expire', 'b expire'],
  },
];

const archive: readonly DocumentedExample[] = [
  {
    title: 'last pulled time',
    images: [
      { name: 'pulled long ago', days: 300, pulledAtMs: daysAgo(91) },
      { name: 'pulled lately', days: 300, pulledAtMs: daysAgo(89) },
      { name: 'never pulled', days: 91 },
      { name: 'restored, not pulled since', days: 300, pulledAtMs: daysAgo(200), activatedAtMs: daysAgo(89) },
      { name: 'restored long ago', days: 300, activatedAtMs: daysAgo(91) },
    ],
    rules: [notPulledFor90Days],
    actedOn: ['pulled long ago transition', 'never pulled transition', 'restored long ago transition'],
  },
  {
    title: 'archive transition time',
    images: [
      { name: 'long in the archive', days: 900, storageClass: 'archive', archivedAtMs: daysAgo(366) },
      { name: 'not so long', days: 900, storageClass: 'archive', archivedAtMs: daysAgo(365) },
      { name: 'not in the archive', days: 900, archivedAtMs: daysAgo(800) },
    ],
    rules: [archivedFor(1)],
    actedOn: ['long in the archive expire'],
  },
  {
    title: 'archiving images older than a number of days',
    images: [
      { name: 'old', tags: ['prod1'], days: 31 },
      { name: 'young', tags: ['prod2'], days: 30 },
      { name: 'old, but restored', tags: ['prod3'], days: 900, activatedAtMs: daysAgo(30) },
    ],
    rules: [archiveRule(1, { ...patterns('prod*'), ...days(30) })],
    actedOn: ['old transition'],
  },
  {
    title: 'combining archive and expire rules',
    images: [
      { name: 'old', days: 31 },
      { name: 'young', days: 3 },
      { name: 'long in the archive', days: 900, storageClass: 'archive', archivedAtMs: daysAgo(366) },
      { name: 'in the archive', days: 900, storageClass: 'archive', archivedAtMs: daysAgo(100) },
    ],
    rules: [archiveRule(1, { tagStatus: 'any', ...days(30) }), archivedFor(2)],
    actedOn: ['old transition', 'long in the archive expire'],
  },
];

export const documentedExamples: readonly DocumentedExample[] = [
  ...single,
  ...multipleRules,
  ...multipleTags,
  ...allImages,
  ...archive,
];
