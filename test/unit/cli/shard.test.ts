import { expect, test } from 'vitest';
import type { Selection } from '../../../src/cli/select-images.ts';
import { shardOption, shareOf, type Shard } from '../../../src/cli/shard.ts';

const NAMES = ['base', 'node', 'node-dev', 'python', 'python-dev', 'ruby', 'static'];
const ALL = { entries: NAMES.map((repository) => ({ repository })), broken: [] } as unknown as Selection;

function share(shard: Shard, all: Selection = ALL): readonly string[] {
  return shareOf(all, shard).entries.map(({ repository }) => repository);
}

test('a dev image is made where its runtime image is', () => {
  expect(share({ index: 1, count: 2 })).toEqual(['base', 'python', 'python-dev', 'static']);
  expect(share({ index: 2, count: 2 })).toEqual(['node', 'node-dev', 'ruby']);
});

test.each([1, 2, 3, 4, 9])('%d shards make each image once, whatever the order', (count) => {
  const reversed = { ...ALL, entries: ALL.entries.toReversed() };
  const shares = Array.from({ length: count }, (_, at) =>
    share({ index: at + 1, count }, at % 2 ? reversed : ALL),
  );
  expect(shares.flat().sort()).toEqual(NAMES);
});

test.each(['0/4', '5/4', '1', '1/0', 'a/b', '1/4/2'])('%s is refused', (text) => {
  expect(() => shardOption().parseArg?.(text, undefined)).toThrow(
    /^expected i\/n with i from 1 to n, such as "2\/4"/,
  );
});
