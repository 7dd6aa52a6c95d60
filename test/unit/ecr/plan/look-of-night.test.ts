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

test('a night makes two calls for each repository, with the list and the token for pushing', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 300 }), days, (repositories, day) => {
      const { request } = lookOfNight(registryOf(repositories), new Date(day * DAY_MS));
      const most = Math.max(2 * repositories - 2, repositories + 1);
      expect(callsOf(request).length).toBeLessThanOrEqual(most);
    }),
  );
});

test('every policy is looked at each night, and all else within two, from six repositories on', () => {
  fc.assert(
    fc.property(fc.integer({ min: 6, max: 300 }), days, (repositories, day) => {
      const desired = registryOf(repositories);
      const nights = [day, day + 1].map((each) =>
        callsOf(lookOfNight(desired, new Date(each * DAY_MS)).request),
      );
      for (const calls of nights) {
        expect(calls.filter((call) => call.endsWith(' policy'))).toHaveLength(repositories);
      }
      expect(new Set(nights.flat()).size).toBe(2 * repositories + 2);
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
