import { expect, test } from 'vitest';
import type { CatalogEntry } from '../../../src/model/index.ts';
import { createLayerTurns } from '../../../src/pipeline/layer-turns.ts';

type Image = Pick<CatalogEntry, 'suite' | 'stacks'>;

function image(suite: string, ...stacks: readonly string[]): Image {
  return { suite, stacks: stacks.map((name) => ({ name }) as CatalogEntry['stacks'][number]) };
}

/** Starts all at once; the log has `> name` when a build begins, `< name` when it ends. */
async function build(images: Readonly<Record<string, Image>>, failing: readonly string[] = []) {
  const turns = createLayerTurns();
  const log: string[] = [];
  const builds = Object.entries(images).map(([name, each]) =>
    turns(each, async () => {
      log.push(`> ${name}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      log.push(`< ${name}`);
      if (failing.includes(name)) {
        throw new Error(name);
      }
    }),
  );
  await Promise.allSettled(builds);
  return log;
}

test('the first image makes a layer, the others find it made', async () => {
  const images = { base: image('a', 'x'), node: image('a', 'x', 'node'), ruby: image('a', 'x', 'ruby') };
  expect(await build(images)).toEqual(['> base', '< base', '> node', '> ruby', '< node', '< ruby']);
});

test('images that share nothing do not wait', async () => {
  const images = { one: image('a', 'x'), other: image('b', 'x') };
  expect(await build(images)).toEqual(['> one', '> other', '< one', '< other']);
});

test('a layer that could not be made is made by the next', async () => {
  const images = { one: image('a', 'x'), two: image('a', 'x'), three: image('a', 'x') };
  expect(await build(images, ['one'])).toEqual(['> one', '< one', '> two', '< two', '> three', '< three']);
});
