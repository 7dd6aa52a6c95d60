import { expect, test } from 'vitest';
import { packageOfSums, parseMd5sums } from '../../../src/debian/index.ts';

const SUM = '0123456789abcdef0123456789abcdef';

test('a line is a sum and a path, which may have spaces', () => {
  expect(parseMd5sums(`${SUM}  usr/bin/x\n${SUM}  usr/share/a b\n\nno sum\n${SUM} one space\n`)).toEqual([
    { md5: SUM, path: '/usr/bin/x' },
    { md5: SUM, path: '/usr/share/a b' },
  ]);
});

test.each([
  ['/var/lib/dpkg/status.d/libc6.md5sums', 'libc6'],
  ['/var/lib/dpkg/info/libstdc++6:amd64.md5sums', 'libstdc++6'],
  ['/var/lib/dpkg/info/libc6.list', undefined],
  ['/var/lib/dpkg/status.d/libc6', undefined],
  ['/var/lib/dpkg/info/sub/libc6.md5sums', undefined],
  ['/tmp/libc6.md5sums', undefined],
])('%s is the list of %s', (path, name) => {
  expect(packageOfSums(path)).toBe(name);
});
