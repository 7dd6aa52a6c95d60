import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlatformContent } from '../../../../src/model/index.ts';
import { driftNotices } from '../../../../src/stages/gate/index.ts';
import { accept, driftFacts as factsOf, driftReasons as reasonsOf } from '../../../support/drift.ts';
import { CONDITIONS, contentOf } from '../../../support/gate-facts.ts';

/** What one has that the other has not, and packages that the other had. */
function subjectsNew(before: PlatformContent, now: PlatformContent): readonly string[] {
  const [was, is] = [before, now].map(({ packages, surface }) => [
    packages.map(({ name }) => `package ${name}`),
    surface?.executables ?? [],
    surface?.setuidFiles ?? [],
    surface?.openPorts ?? [],
  ]);
  const gone = was?.[0]?.filter((name) => !is?.[0]?.includes(name)) ?? [];
  return [...gone, ...(is ?? []).flatMap((list, at) => list.filter((each) => !was?.[at]?.includes(each)))];
}

function hasGrown({ sizes: { compressed: was } }: PlatformContent, now: PlatformContent): boolean {
  const is = now.sizes.compressed;
  return is - was > 5_000_000 && is > was * 1.25;
}

describe('properties', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9.+-]{0,8}$/), { maxLength: 12 });
  const surface = fc.record({
    executables: names.map((all) => all.map((name) => `/usr/bin/${name}`).sort()),
    setuidFiles: names.map((all) => all.map((name) => `/usr/lib/${name}`).sort()),
    openPorts: fc.uniqueArray(fc.integer({ min: 1, max: 99 }).map((port) => `${port}/tcp`)),
  });
  const content = fc
    .tuple(names, surface, fc.integer({ min: 1, max: 9e7 }))
    .map(([packages, found, compressed]) => contentOf(packages, { surface: found, compressed }));

  test('an update that only moves versions and libraries is no drift', () => {
    fc.assert(
      fc.property(content, fc.nat(), (before, seed) => {
        const packages = before.packages.map(({ name }, at) => ({ name, version: `2.${seed + at}` }));
        const now = { ...before, packages: packages.toReversed() };
        expect(reasonsOf(factsOf(before, now))).toEqual([]);
        expect(driftNotices(factsOf(before, now), CONDITIONS)).toEqual([]);
      }),
    );
  });

  test('it blocks exactly if something appeared, a package disappeared, or it grew too much', () => {
    fc.assert(
      fc.property(content, content, (before, now) => {
        const isDrift = subjectsNew(before, now).length > 0 || hasGrown(before, now);
        expect(reasonsOf(factsOf(before, now)).length > 0).toBe(isDrift);
      }),
    );
  });

  test('whatever appears or disappears, accepting everything accepts it', () => {
    const changes = [
      'package-added',
      'package-removed',
      'setuid-file',
      'executable',
      'open-port',
      'size-growth',
    ] as const;
    const decisions = changes.map((change) => accept({ change, file: `decisions/${change}.json` }));
    fc.assert(
      fc.property(content, content, (before, now) => {
        expect(reasonsOf(factsOf(before, now), { ...CONDITIONS, decisions })).toEqual([]);
      }),
    );
  });
});
