import { describe, expect, test } from 'vitest';
import type { CatalogEntry } from '../../../src/model/index.ts';
import { basesOf, inOrder } from '../../../src/pipeline/in-order.ts';

/** `python-dev` with an example on `python` and itself: `entryOf('python-dev', 'python', 'python-dev')`. */
function entryOf(repository: string, ...bases: string[]): CatalogEntry {
  const app = { bases: bases.map((base) => ({ repository: base, track: '1' })) };
  return { id: `${repository}-1`, repository, track: '1', example: { app } } as unknown as CatalogEntry;
}

function names(entries: readonly CatalogEntry[]): readonly string[] {
  return entries.map(({ repository }) => repository);
}

describe('the order of a night', () => {
  test.each([
    { entries: [entryOf('a'), entryOf('b')], expected: ['a', 'b'] },
    { entries: [entryOf('dev', 'runtime', 'dev'), entryOf('runtime')], expected: ['runtime', 'dev'] },
    {
      entries: [entryOf('nginx', 'node-dev'), entryOf('node-dev', 'node'), entryOf('node')],
      expected: ['node', 'node-dev', 'nginx'],
    },
    { entries: [entryOf('a', 'b'), entryOf('b', 'a')], expected: ['b', 'a'] },
    { entries: [entryOf('a', 'not in this run')], expected: ['a'] },
  ])('$expected', ({ entries, expected }) => {
    const ordered = inOrder(entries.map((entry) => ({ entry })));
    expect(names(ordered.map(({ entry }) => entry))).toEqual(expected);
  });

  test('an image does not wait for itself', () => {
    const dev = entryOf('dev', 'runtime', 'dev');
    expect(names(basesOf(dev, [dev, entryOf('runtime')]))).toEqual(['runtime']);
  });
});
