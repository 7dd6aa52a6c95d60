import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lookOfNight, type DesiredRegistry } from '../../../../src/ecr/index.ts';
import type { EcrFields } from '../../../../src/model/index.ts';

const DAY_MS = 86_400_000;
const FIELDS: EcrFields = {
  encryption: { kind: 'aes256' },
  mutability: { setting: 'IMMUTABLE', except: [] },
  tags: {},
  policy: {},
  lifecycle: {},
};

function registryOf(repositories: number): DesiredRegistry {
  const names = Array.from({ length: repositories }, (_, at) => `golden/image-${at}`);
  return {
    account: '111122223333',
    region: 'eu-central-1',
    settings: { scanning: { kind: 'basic', rules: [] }, 'blob-mounting': true },
    repositories: new Map(names.map((name) => [name, FIELDS])),
  };
}

/** Beside the list of repositories. */
function callsOf({ wanted, settings }: ReturnType<typeof lookOfNight>['request']): readonly string[] {
  const ofRepositories = [...wanted].flatMap(([name, fields]) =>
    [...fields].map((field) => `${name} ${field}`),
  );
  return [...settings, ...ofRepositories];
}

const days = fc.integer({ min: 0, max: 100_000 });

test('a night makes one call for each repository, and one for a setting of the registry', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), days, (repositories, day) => {
      const { request } = lookOfNight(registryOf(repositories), new Date(day * DAY_MS));
      expect([...request.wanted.values()].map(({ size }) => size)).toEqual(Array(repositories).fill(1));
      expect(request.settings.size).toBe(1);
    }),
  );
});

test('everything is looked at within two nights', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), days, (repositories, day) => {
      const desired = registryOf(repositories);
      const calls = [day, day + 1].flatMap((each) =>
        callsOf(lookOfNight(desired, new Date(each * DAY_MS)).request),
      );
      expect(new Set(calls).size).toBe(2 * repositories + 2);
    }),
  );
});

test('what is not looked at is not wanted either, and is counted', () => {
  const { request, desired, left } = lookOfNight(registryOf(4), new Date(0));
  expect([...request.settings].sort()).toEqual(Object.keys(desired.settings).sort());
  for (const [name, fields] of request.wanted) {
    expect(Object.keys(desired.repositories.get(name) ?? {}).sort()).toEqual(
      ['encryption', 'mutability', ...fields].sort(),
    );
  }
  expect(callsOf(request).length + left).toBe(2 * 4 + 2);
});
