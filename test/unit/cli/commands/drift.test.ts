import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { lifecycleOf } from '../../../../src/ecr/plan/desired.ts';
import { appliedWorld } from '../../../support/ecr-world.ts';
import type { ReportedDrift } from '../../../../src/report/schema.ts';
import type { EcrWorld } from '../../../support/ecr-world.ts';

function report({ folder }: EcrWorld, file = 'report.md'): string {
  return readFileSync(path.join(folder, 'out/latest', file), 'utf8');
}

function drift(made: EcrWorld): ReportedDrift {
  return JSON.parse(report(made, 'report.json')).drift;
}

const NIGHT = ['nightly', '--target', 'production'] as const;

const FIRST_NIGHT_MS = Date.parse('2026-11-23T21:45:30Z');
const DAY_MS = 86_400_000;
/** Each policy, lifecycle policy and setting is looked at once in that many nights. */
const NIGHTS = 2;

function night(at: number): Date {
  return new Date(FIRST_NIGHT_MS + at * DAY_MS);
}

/** What some nights told, each once. */
async function driftOfNights(made: EcrWorld): Promise<readonly unknown[]> {
  const told = new Set<string>();
  for (let at = 0; at < NIGHTS; at += 1) {
    await made.runOn(night(at), ...NIGHT);
    for (const each of drift(made).resources) {
      told.add(JSON.stringify(each));
    }
  }
  return [...told].sort().map((each) => JSON.parse(each));
}

test('a night on a registry that is as it has to be makes one call for each repository', async () => {
  const made = await appliedWorld();
  for (let at = 0; at < NIGHTS; at += 1) {
    made.server.calls.length = 0;
    const { stdout } = await made.runOn(night(at), ...NIGHT);
    expect(drift(made)).toEqual({ error: null, resources: [], left: 4 });
    expect(report(made)).toContain(
      'The registry is as the catalog says. Left to the next nights: 4 policies and settings.',
    );
    expect(stdout).not.toContain('drift');
    const named = made.server.calls.filter(({ input }) => input.repositoryName !== undefined);
    expect(named.map(({ input }) => input.repositoryName).sort()).toEqual(
      [...made.server.repositories.keys()].sort(),
    );
    // the list of repositories, and a setting
    expect(made.server.calls.length - named.length).toBe(2);
  }
});

test('what was changed by hand, or is gone, is told, and does not fail the night', async () => {
  const made = await appliedWorld();
  made.server.repositories.get('golden/node')!.imageTagMutability = 'MUTABLE';
  made.server.repositories.delete('team-payments/node');
  const { stdout, exitCode } = await made.run(...NIGHT);
  expect(exitCode).toBe(0);
  expect(drift(made)).toMatchObject({
    error: null,
    resources: [
      { repository: 'golden/node', state: 'differs', fields: ['mutability'] },
      { repository: 'team-payments/node', state: 'missing', fields: [] },
    ],
  });
  expect(stdout).toContain(
    [
      'drift: 2 differences from the catalog in the registry; see `ingot ecr plan --target production`',
      '  golden/node: mutability',
      '  team-payments/node: missing',
    ].join('\n'),
  );
  expect(report(made)).toContain('- golden/node: mutability');
});

test('a policy that was changed by hand is told when it has its turn', async () => {
  const made = await appliedWorld();
  made.server.repositories.get('golden/node')!.policyText = '{"Version":"2012-10-17","Statement":[]}';
  expect(await driftOfNights(made)).toEqual([
    { repository: 'golden/node', state: 'differs', fields: ['policy'] },
  ]);
});

test('a setting of the registry is told when it has its turn', async () => {
  const made = await appliedWorld();
  made.server.blobMounting = 'DISABLED';
  expect(await driftOfNights(made)).toEqual([
    { repository: null, state: 'differs', fields: ['blob-mounting'] },
  ]);
});

test.each([
  { rules: 'of half a year ago', from: '2026-05-20T00:00:00Z', fields: [] },
  { rules: 'of two years ago', from: '2024-11-20T00:00:00Z', fields: ['lifecycle'] },
])('lifecycle rules $rules differ in $fields', async ({ from, fields }) => {
  const made = await appliedWorld();
  const kept = {
    tracks: ['24', '22'],
    retention: { releases: 10, days: 90, untaggedDays: 7 },
    hasReferrers: false,
  };
  const rules = lifecycleOf(kept, new Date(from));
  made.server.repositories.get('golden/node')!.lifecyclePolicyText = JSON.stringify(rules);
  const resources = fields.length === 0 ? [] : [{ repository: 'golden/node', state: 'differs', fields }];
  expect(await driftOfNights(made)).toEqual(resources);
});

test('a registry that cannot be looked at is told as unknown, and does not fail the night', async () => {
  const made = await appliedWorld();
  made.server.fault = () => ({ kind: 'error', name: 'AccessDeniedException', message: 'no' });
  const { stdout, exitCode } = await made.run(...NIGHT);
  expect(exitCode).toBe(0);
  expect(drift(made)).toMatchObject({ error: { code: 'AWS_DENIED' }, resources: [] });
  expect(stdout).toContain('drift: unknown, as the registry could not be looked at');
  expect(report(made)).toContain('## drift: unknown');
});

test.each([[['node-24']], [['--shard', '2/2']]])('a run of %j does not look', async (more) => {
  const made = await appliedWorld();
  await made.run(...NIGHT, ...more);
  expect(drift(made)).toBeNull();
  expect(made.server.calls).toEqual([]);
});
