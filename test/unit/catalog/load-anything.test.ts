import fc from 'fast-check';
import { expect, test } from 'vitest';
import { problemsAfter } from '../../support/catalog-mistakes.ts';
import { GOOD_CATALOG } from '../../support/catalog-folder.ts';

const JSON_FILES = Object.keys(GOOD_CATALOG).filter((file) => file.endsWith('.json'));

/** Steps into a value: each picks one of what is there. */
const walk = fc.array(fc.nat(), { minLength: 1, maxLength: 6 });

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, '', '{{tag}}', '{{', '../..', -1, 1e9, [], {}, [null], '2020-02-30'),
);

test('whatever is written in one place of a file, it is loaded or told, never thrown', async () => {
  const mutation = fc.record({
    file: fc.constantFrom(...JSON_FILES),
    walk,
    value: anything,
    key: fc.constantFrom(undefined, 'typo', '__proto__', 'constructor', 'toString'),
  });
  const property = fc.asyncProperty(mutation, async ({ file, walk: steps, value, key }) => {
    const problems = await problemsAfter((files) => {
      files[file] = JSON.stringify(changed(files[file], steps, { key, value }));
    });
    expect(problems.filter((problem) => !/^[\w./-]+: ./.test(problem))).toEqual([]);
  });
  await fc.assert(property, { numRuns: 200 });
}, 30_000);

/** A copy of `value` with something else where `steps` lead, or with a key added there. */
function changed(
  value: unknown,
  steps: readonly number[],
  change: { key: string | undefined; value: unknown },
): unknown {
  const [step, ...rest] = steps;
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (step === undefined || keys.length === 0) {
    return change.value;
  }
  const copy = structuredClone(value) as Record<string, unknown>;
  const key = keys[step % keys.length]!;
  if (rest.length === 0 && change.key !== undefined) {
    // An own property of this name, as JSON.parse makes it.
    Object.defineProperty(copy, change.key, {
      value: change.value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    return copy;
  }
  copy[key] = changed(copy[key], rest, change);
  return copy;
}
