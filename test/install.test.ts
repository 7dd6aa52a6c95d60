import { readFile } from 'node:fs/promises';
import { satisfies } from 'semver';
import { expect, test } from 'vitest';

/** The npm of a machine with this Node does the installation; what it installs then runs on Node 24. */
const INSTALLING_NODE = '20.20.2';

interface LockedModule {
  readonly optional?: boolean;
  readonly engines?: { readonly node?: string };
}

// npm leaves out, without a word, an optional package whose engines the installing Node does not satisfy: a native
// binding would be missing on a fresh machine, and only there.
test('every optional package is installed by an older Node too', async () => {
  const lock = JSON.parse(await readFile(new URL('../package-lock.json', import.meta.url), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockedModule>>;
  };
  const leftOut = Object.entries(lock.packages)
    .filter(
      ([, { optional, engines }]) => optional === true && !satisfies(INSTALLING_NODE, engines?.node ?? '*'),
    )
    .map(([name]) => name);
  expect(leftOut).toEqual([]);
});
