import { expect, test } from 'vitest';
import type { DueReason, Lock, LockedPackage, MovedInput } from '../../../src/model/index.ts';
import { byNeed } from '../../../src/pipeline/by-need.ts';
import type { BegunImage } from '../../../src/pipeline/begin-image.ts';
import { whyMoved } from '../../../src/pipeline/why-due.ts';

const OLD = `sha256:${'a'.repeat(64)}`;
const NEW = `sha256:${'b'.repeat(64)}`;

/** A layer with openssl from the security archive, tini from the other one, and node from elsewhere. */
const LOCK = {
  platforms: ['linux/amd64', 'linux/arm64'].map((platform) => ({
    platform,
    layers: [
      {
        stack: 'node',
        packages: [
          { name: 'libssl3t64', archive: 'debian-security' },
          { name: 'tini', archive: 'debian' },
        ] as Partial<LockedPackage>[],
        artifacts: [{ name: 'node' }],
      },
    ],
  })),
} as unknown as Lock;

function updated(name: string, before: string, after: string): readonly MovedInput[] {
  return ['linux/amd64', 'linux/arm64'].flatMap((platform) => [
    { input: `packages ${platform} node ${name} ${before}`, before: OLD },
    { input: `packages ${platform} node ${name} ${after}`, after: NEW },
  ]);
}

const EPOCH: MovedInput = { input: 'sourceDateEpoch', before: '1', after: '2' };

test.each<{
  readonly moved: readonly MovedInput[];
  readonly reasons: readonly DueReason[];
  readonly expected: 'change' | 'same';
}>([
  {
    moved: [...updated('tini', '1', '2'), EPOCH],
    reasons: [{ kind: 'package', name: 'tini', before: ['1'], after: ['2'], isSecurity: false }],
    expected: 'change',
  },
  {
    moved: updated('libssl3t64', '3.5.4', '3.5.5'),
    reasons: [{ kind: 'package', name: 'libssl3t64', before: ['3.5.4'], after: ['3.5.5'], isSecurity: true }],
    expected: 'change',
  },
  {
    moved: updated('node', '24.20.0', '24.21.0'),
    reasons: [{ kind: 'artifact', name: 'node', before: ['24.20.0'], after: ['24.21.0'], isSecurity: false }],
    expected: 'change',
  },
  {
    moved: [{ input: 'packages linux/amd64 node gone 1', before: OLD }],
    reasons: [{ kind: 'package', name: 'gone', before: ['1'], after: [], isSecurity: false }],
    expected: 'change',
  },
  {
    moved: [
      { input: 'dockerfile', before: OLD, after: NEW },
      { input: 'files node etc/x', after: NEW },
    ],
    reasons: [{ kind: 'recipe' }],
    expected: 'change',
  },
  { moved: [EPOCH], reasons: [{ kind: 'quarter' }], expected: 'change' },
  {
    moved: [
      { input: 'toolbox', before: OLD, after: NEW },
      { input: 'builder', before: OLD, after: NEW },
      { input: 'tests stacks/node/x', after: NEW },
    ],
    reasons: [{ kind: 'tests' }, { kind: 'toolbox' }, { kind: 'builder' }],
    expected: 'same',
  },
  { moved: [], reasons: [{ kind: 'unknown-inputs' }], expected: 'same' },
])('$reasons', ({ moved, reasons, expected }) => {
  expect(whyMoved(moved, LOCK)).toEqual({ reasons, expected });
});

function image(name: string, reasons: readonly DueReason[], failures = 0) {
  const planned = reasons.length === 0 ? {} : { due: { reasons, expected: 'change' } };
  const attempts = failures === 0 ? undefined : { failures };
  return { name, planned, attempts } as Pick<BegunImage, 'planned' | 'attempts'> & { readonly name: string };
}

const FIX: DueReason = { kind: 'package', name: 'a', before: ['1'], after: ['2'], isSecurity: true };

test('security fixes come first, what failed before last, the more often the later', () => {
  const images = [
    image('failed twice', [FIX], 2),
    image('nothing to do', []),
    image('failed once', [FIX], 1),
    image('tests', [{ kind: 'tests' }]),
    image('fix', [{ kind: 'tests' }, FIX]),
    image('first', [{ kind: 'first-release' }]),
    image('nothing to do, failed before', [], 3),
  ];
  expect(byNeed(images).map(({ name }) => name)).toEqual([
    'fix',
    'tests',
    'first',
    'nothing to do',
    'nothing to do, failed before',
    'failed once',
    'failed twice',
  ]);
});
