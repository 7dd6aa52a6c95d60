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
