import { expect, test } from 'vitest';
import {
  FactoryError,
  type BuildId,
  type Due,
  type ImagePlan,
  type KnownPlan,
  type MovedInput,
  type MovedVersion,
} from '../../../src/model/index.ts';
import { movedLines } from '../../../src/report/moved-text.ts';
import { planText } from '../../../src/report/plan-text.ts';
import { imageId, releasedOutcome } from '../../support/runs.ts';

const OLD = `sha256:${'a'.repeat(64)}`;
const NEW = `sha256:${'b'.repeat(64)}`;

test.each<{
  readonly summary: string;
  readonly moved: readonly MovedInput[];
  readonly lines: readonly string[];
}>([
  {
    summary: 'a package is told once, whatever its platforms',
    moved: ['linux/amd64', 'linux/arm64'].flatMap((platform) => [
      { input: `packages ${platform} glibc libc6 2.41-12`, before: OLD },
      { input: `packages ${platform} glibc libc6 2.41-13`, after: NEW },
    ]),
    lines: ['package libc6: 2.41-12 → 2.41-13'],
  },
  {
    summary: 'platforms that differ are told both',
    moved: [
      { input: 'packages linux/amd64 glibc tini 1', before: OLD },
      { input: 'packages linux/arm64 glibc tini 2', before: OLD },
      { input: 'packages linux/amd64 glibc tini 3', after: NEW },
    ],
    lines: ['package tini: 1, 2 → 3'],
  },
  {
    summary: 'packages that come, go, and have another file behind the same version',
    moved: [
      { input: 'packages linux/amd64 glibc old 1', before: OLD },
      { input: 'packages linux/amd64 glibc new 2', after: NEW },
      { input: 'packages linux/amd64 glibc same 3', before: OLD, after: NEW },
    ],
    lines: ['package new: 2 is new', 'package old: 1 is gone', 'package same: 3 is another file'],
  },
  {
    summary: 'other inputs: digests say nothing to a reader, values do',
    moved: [
      { input: 'dockerfile', before: OLD, after: NEW },
      { input: 'sourceDateEpoch', before: '1', after: '2' },
      { input: 'tests stacks/node/example/hello.js', after: NEW },
      { input: 'annotations org.opencontainers.image.vendor', before: 'x' },
    ],
    lines: [
      'dockerfile: changed',
      'sourceDateEpoch: 1 → 2',
      'tests stacks/node/example/hello.js: new',
      'annotations org.opencontainers.image.vendor: gone',
    ],
  },
])('$summary', ({ moved, lines }) => {
  expect(movedLines(moved)).toEqual(lines);
});

function moved(name: string, isSecurity: boolean): MovedVersion {
  return { kind: 'package', name, before: ['1'], after: ['2'], isSecurity };
}

const FIX: Due = {
  reasons: [
    moved('libc6', false),
    moved('libssl3t64', true),
    { kind: 'artifact', name: 'node', before: ['24.20.0'], after: ['24.21.0'], isSecurity: false },
    moved('tini', false),
    { kind: 'toolbox' },
  ],
  expected: 'change',
};

test('a plan says of every image what would be done, and why', () => {
  const id = imageId('node-24');
  const outcome = releasedOutcome(id);
  const published = outcome.kind === 'released' ? outcome.record : undefined;
  const plan: KnownPlan = { id, action: 'build', buildId: 'cd'.repeat(16) as BuildId, moved: [] };
  const many = Array.from({ length: 32 }, (_, index) => ({ input: `tests ${index}`, after: NEW }));
  const plans: readonly ImagePlan[] = [
    { ...plan, due: { reasons: [{ kind: 'first-release' }], expected: 'change' } },
    { ...plan, published: published!, action: 'keep' },
    { ...plan, published: published!, due: { reasons: [{ kind: 'missing' }], expected: 'same' } },
    { ...plan, published: published!, moved: many, due: FIX },
  ];
  const lines = planText(plans).split('\n');
  expect([...lines.slice(0, 5), lines.length, lines.at(-1)]).toEqual([
    'node-24: build cdcdcdcdcdcd, the first release',
    'node-24: nothing to do, 24.21.0.202611232146 is build cdcdcdcdcdcd',
    'node-24: build cdcdcdcdcdcd, 24.21.0.202611232146 is published: something of it is missing in a repository; expected to come out as it is',
    'node-24: build cdcdcdcdcdcd, as inputs moved since 24.21.0.202611232146: security fix of libssl3t64, 2 packages, node 24.20.0 → 24.21.0, toolbox; expected to change',
    '  tests 0: new',
    37,
    '3 of 4 images to build: 2 expected to change, 1 expected to come out as they are',
  ]);
});

test('a plan says of an image that failed what to do', () => {
  const error = new FactoryError('PACKAGE_NOT_FOUND', 'cannot find package "php9"', {
    hint: 'check the name',
  });
  expect(planText([{ id: imageId('php-8.4'), action: 'failed', error }])).toBe(
    'php-8.4: failed, PACKAGE_NOT_FOUND: cannot find package "php9"\n  hint: check the name',
  );
});
