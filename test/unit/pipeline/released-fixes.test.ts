import { expect, test } from 'vitest';
import { FactoryError } from '../../../src/model/index.ts';
import type { DueReason, ImageOutcome, RunEvent } from '../../../src/model/index.ts';
import type { RunningDeps } from '../../../src/pipeline/deps.ts';
import type { PlannedImage } from '../../../src/pipeline/plan-image.ts';
import { withFixes } from '../../../src/pipeline/released-fixes.ts';
import { imageId, releasedOutcome } from '../../support/runs.ts';

const OPENSSL = { name: 'openssl', version: '3.5.4-1~deb13u2' };
const NOON = Date.UTC(2026, 10, 23, 12) / 1000;
const NOW = new Date('2026-11-23T21:46:37.400Z');

function packageOf(name: string, source: object, archive = 'debian-security') {
  return { name, source, archive, sha256: `sha256 of ${name}` };
}

/** Two platforms with two packages of one source, tini from the other archive, and a package that is new. */
const LOCK = {
  platforms: ['linux/amd64', 'linux/arm64'].map((platform) => ({
    platform,
    layers: [
      {
        packages: [
          packageOf('libssl3t64', OPENSSL),
          packageOf('openssl', OPENSSL),
          packageOf('tini', { name: 'tini', version: '0.19-2' }, 'debian'),
          packageOf('libexpat1', { name: 'expat', version: '2.7.1-2' }),
        ],
      },
    ],
  })),
};

const DATES = new Map([
  ['sha256 of libssl3t64', NOON + 60],
  ['sha256 of openssl', NOON],
  ['sha256 of libexpat1', NOON - 60],
]);

function moved(name: string, isSecurity: boolean, before: readonly string[] = ['1']): DueReason {
  return { kind: 'package', name, before, after: ['2'], isSecurity };
}

async function fixed(reasons: readonly DueReason[], outcome: ImageOutcome, dates = () => DATES) {
  const said: RunEvent[] = [];
  const deps = {
    resolve: { packages: { dates: async () => Promise.resolve(dates()) } },
    run: { now: () => NOW },
    emit: (event: RunEvent) => said.push(event),
  } as unknown as RunningDeps;
  const planned = {
    rendered: { locked: { lock: LOCK } },
    due: { reasons, expected: 'change' },
  } as unknown as PlannedImage;
  const ended = await withFixes(outcome, planned, deps);
  return { fixes: ended.kind === 'released' ? ended.fixes : 'none released', said };
}

const ID = imageId('node-24');
const RELEASED = releasedOutcome(ID);
const FIX = {
  source: 'openssl',
  version: '3.5.4-1~deb13u2',
  since: '2026-11-23T12:00:00.000Z',
  releasedAt: NOW.toISOString(),
};
const SSL = [moved('libssl3t64', true), moved('openssl', true)];

test.each<{
  readonly summary: string;
  readonly reasons: readonly DueReason[];
  readonly outcome?: ImageOutcome;
  readonly fixes: unknown;
}>([
  { summary: 'once for its packages, since the first of them', reasons: SSL, fixes: [FIX] },
  {
    summary: 'beside another of which it is not one',
    reasons: [...SSL, moved('tini', false), { kind: 'recipe' }],
    fixes: [FIX],
  },
  {
    summary: 'none where a package is new in the image',
    reasons: [moved('libexpat1', true, [])],
    fixes: undefined,
  },
  { summary: 'none where something else moved', reasons: [moved('tini', false)], fixes: undefined },
  { summary: 'none of a first release', reasons: [{ kind: 'first-release' }], fixes: undefined },
  {
    summary: 'none where the build is what was released',
    reasons: SSL,
    outcome: releasedOutcome(ID, 'unchanged'),
    fixes: 'none released',
  },
])('a release tells of a fix $summary', async ({ reasons, outcome = RELEASED, fixes }) => {
  expect(await fixed(reasons, outcome)).toEqual({ fixes, said: [] });
});

test('a date that cannot be read takes no release back', async () => {
  const unread = () => {
    throw new FactoryError('STORAGE_FAILED', 'cannot read it: tested');
  };
  expect(await fixed(SSL, RELEASED, unread)).toEqual({
    fixes: undefined,
    said: [
      {
        kind: 'notice',
        level: 'warn',
        message: 'node-24: cannot say since when its fixes are out: cannot read it: tested',
      },
    ],
  });
});
