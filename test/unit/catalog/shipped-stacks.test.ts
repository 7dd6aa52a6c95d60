import { expect, test } from 'vitest';
import { ownCatalog } from '../../support/repository.ts';

const { entries } = await ownCatalog();

/** What the stacks of an image ask for, all layers together. */
function packagesOf(id: string): ReadonlySet<string> {
  const stacks = entries.find((entry) => entry.id === id)?.stacks ?? [];
  return new Set(stacks.flatMap(({ packages }) => packages));
}

test('php-dev, which builds for php-fpm as well, has the packages of its extensions', () => {
  const wanted = packagesOf('php-fpm-8.4').difference(new Set(['php8.4-fpm']));
  expect(wanted.size).toBeGreaterThan(0);
  expect([...wanted.difference(packagesOf('php-dev-8.4'))]).toEqual([]);
});

test('upstream programs have the name that vulnerability databases know them by, and a supplier', () => {
  const artifacts = entries.flatMap(({ stacks }) => stacks.flatMap((stack) => stack.artifacts));
  const names = artifacts.flatMap(({ name, upstream }) =>
    upstream?.cpe === undefined ? [] : [`${name}: ${upstream.cpe.vendor} ${upstream.cpe.product}`],
  );
  expect([...new Set(names)].sort()).toEqual([
    'bun: oven-sh bun',
    'deno: deno deno',
    'go: golang go',
    'node: nodejs node.js',
  ]);
  // the headers are a part of node's release, which says it
  const silent = artifacts.filter(({ upstream }) => upstream?.supplier === undefined);
  expect(new Set(silent.map(({ name }) => name))).toEqual(new Set(['node-headers']));
});
