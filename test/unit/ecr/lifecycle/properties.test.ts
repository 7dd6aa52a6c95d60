import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluateLifecycle, isActedOn, settle } from '../../../../src/ecr/index.ts';
import type { EcrImage, LifecyclePolicy, LifecycleRule } from '../../../../src/ecr/index.ts';
import type { Sha256 } from '../../../../src/model/index.ts';
import { DAY_MS, NOW_MS, digestOf, ecrImage } from '../../../support/ecr-images.ts';
import { archiveRule, expireRule } from '../../../support/lifecycle-examples.ts';

const tag = fc.constantFrom('24', '24.1.0', '24.2.0', '22.1.0', 'release-24-1', 'sha256-a.sig', 'in-use-a');
const list = fc.uniqueArray(fc.constantFrom('24*', '22*', '*', '24', 'release-*', 'sha256-*', '*1*'), {
  minLength: 1,
  maxLength: 2,
});

const images = fc
  .array(
    fc.record({
      days: fc.double({ min: 0, max: 400, noNaN: true }),
      tags: fc.uniqueArray(tag, { maxLength: 3 }),
      pulledDays: fc.option(fc.nat(400)),
      isArchived: fc.boolean(),
      child: fc.option(fc.nat(9)),
      subject: fc.option(fc.nat(9)),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((described) =>
    described.map(({ days, tags, pulledDays, isArchived, child, subject }, at): EcrImage => {
      const other = (link: number | null): readonly string[] =>
        link === null || link <= at ? [] : [String(link)];
      const [about] = other(subject);
      return ecrImage({
        name: String(at),
        days,
        tags,
        ...(pulledDays !== null && { pulledAtMs: NOW_MS - pulledDays * DAY_MS }),
        ...(isArchived && { storageClass: 'archive' as const, archivedAtMs: NOW_MS - (days / 2) * DAY_MS }),
        children: other(child),
        ...(about !== undefined && { subject: about }),
      });
    }),
  );

const selection = fc.oneof(
  list.map((tagPatternList) => ({ tagStatus: 'tagged' as const, tagPatternList })),
  fc.constant({ tagStatus: 'untagged' as const }),
  fc.constant({ tagStatus: 'any' as const }),
);

const count = fc.record({ isCount: fc.boolean(), countNumber: fc.integer({ min: 1, max: 200 }) });

function ruleOf(isExpiring: boolean, at: number, selected: LifecycleRule['selection']): LifecycleRule {
  return (isExpiring ? expireRule : archiveRule)(at + 1, selected);
}

const rules = fc
  .array(fc.tuple(selection, count, fc.boolean()), { minLength: 1, maxLength: 5 })
  .map((written) =>
    written.map(([selected, { isCount, countNumber }, isExpiring], at) =>
      ruleOf(isExpiring, at, {
        ...selected,
        ...(isCount
          ? { countType: 'imageCountMoreThan' as const, countNumber: (countNumber % 4) + 1 }
          : { countType: 'sinceImagePushed' as const, countUnit: 'days' as const, countNumber }),
      }),
    ),
  );

function goneAt(there: readonly EcrImage[], policy: LifecyclePolicy, nowMs: number): ReadonlySet<Sha256> {
  const judged = evaluateLifecycle(there, policy, nowMs);
  return new Set(judged.filter(({ fate }) => isActedOn(fate)).map(({ image }) => image.digest));
}

function byAge(policy: readonly LifecycleRule[]): readonly LifecycleRule[] {
  return policy.filter(({ selection: { countType } }) => countType === 'sinceImagePushed');
}

test('the order in which rules are written says nothing, their priorities do', () => {
  fc.assert(
    fc.property(images, rules, (there, written) => {
      const judged = evaluateLifecycle(there, { rules: written }, NOW_MS);
      expect(evaluateLifecycle(there, { rules: written.toReversed() }, NOW_MS)).toEqual(judged);
    }),
  );
});

test('the order of images says nothing', () => {
  fc.assert(
    fc.property(images, rules, (there, written) => {
      const judged = evaluateLifecycle(there, { rules: written }, NOW_MS);
      const backwards = evaluateLifecycle(there.toReversed(), { rules: written }, NOW_MS).toReversed();
      expect(backwards.map(({ fate }) => fate.kind)).toEqual(judged.map(({ fate }) => fate.kind));
    }),
  );
});

test('an image is acted on by one rule, and each is judged once', () => {
  fc.assert(
    fc.property(images, rules, (there, written) => {
      const judged = evaluateLifecycle(there, { rules: written }, NOW_MS);
      expect(judged.map(({ image }) => image)).toEqual(there);
      const { actedOn, staying } = settle(there, { rules: written }, NOW_MS);
      const expired = actedOn.filter(({ fate }) => isActedOn(fate) && fate.action === 'expire');
      const left = [...expired, ...staying].map(({ image }) => image.digest);
      expect(left.toSorted()).toEqual(there.map(({ digest }) => digest).toSorted());
    }),
  );
});

test('a rule of lower priority takes nothing away from what rules before it do', () => {
  fc.assert(
    fc.property(images, rules, (there, written) => {
      const before = evaluateLifecycle(there, { rules: written.slice(0, -1) }, NOW_MS);
      const after = evaluateLifecycle(there, { rules: written }, NOW_MS);
      for (const [at, { fate }] of before.entries()) {
        if (fate.kind === 'acted-on' || fate.kind === 'kept' || fate.kind === 'held') {
          expect(fate.kind === 'kept' ? ['kept', 'follows'] : [fate.kind, 'follows']).toContain(
            after[at]!.fate.kind,
          );
        }
      }
    }),
  );
});

test('with rules by age, what goes today is gone tomorrow as well', () => {
  fc.assert(
    fc.property(images, rules, fc.nat(100), (there, written, days) => {
      const policy = { rules: byAge(written) };
      const later = goneAt(there, policy, NOW_MS + days * DAY_MS);
      expect([...goneAt(there, policy, NOW_MS)].filter((digest) => !later.has(digest))).toEqual([]);
    }),
  );
});

test('a newer image resurrects nothing', () => {
  fc.assert(
    fc.property(images, rules, fc.uniqueArray(tag, { maxLength: 3 }), (there, written, tags) => {
      const newer = ecrImage({ name: 'newer', days: -1, tags });
      const more = goneAt([...there, newer], { rules: written }, NOW_MS);
      expect([...goneAt(there, { rules: written }, NOW_MS)].filter((digest) => !more.has(digest))).toEqual(
        [],
      );
      expect(more.has(digestOf('newer'))).toBe(false);
    }),
  );
});

test('what an index lists is there as long as the index', () => {
  fc.assert(
    fc.property(images, rules, (there, written) => {
      const left = new Set(
        settle(there, { rules: written }, NOW_MS).staying.map(({ image }) => image.digest),
      );
      const indexes = there.filter(
        ({ digest, storageClass }) => storageClass === 'standard' && left.has(digest),
      );
      const archived = written.some(({ action }) => action.type === 'transition');
      for (const { children = [] } of archived ? [] : indexes) {
        const lost = children.filter(
          (child) => there.some(({ digest }) => digest === child) && !left.has(child),
        );
        expect(lost).toEqual([]);
      }
    }),
  );
});

test('an evaluation that acts on nothing is the end', () => {
  fc.assert(
    fc.property(images, rules, (there, written) => {
      const { staying } = settle(there, { rules: written }, NOW_MS);
      const left = staying.map(({ image }) => image);
      expect(goneAt(left, { rules: written }, NOW_MS).size).toBe(0);
    }),
  );
});
