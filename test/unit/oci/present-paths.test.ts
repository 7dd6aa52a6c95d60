import { expect, test } from 'vitest';
import { presentPaths, type RootEntry } from '../../../src/oci/index.ts';

function entry(path: string, fields: Partial<RootEntry> = {}): [string, RootEntry] {
  return [path, { path, type: 'file', ...fields } as Partial<RootEntry> as RootEntry];
}

const ENTRIES = new Map([
  entry('/', { type: 'directory' }),
  entry('/bin', { type: 'symlink', linkTarget: 'usr/bin' }),
  entry('/usr', { type: 'directory' }),
  entry('/usr/bin', { type: 'directory' }),
  entry('/usr/bin/openssl'),
  entry('/usr/bin/c_rehash', { type: 'symlink', linkTarget: 'openssl' }),
  entry('/usr/lib', { type: 'directory' }),
  entry('/usr/lib/engines-3', { type: 'directory' }),
  entry('/usr/lib/engines-3/padlock.so'),
]);

test.each<[string, readonly string[]]>([
  ['/usr/bin/c_rehash', ['/usr/bin/c_rehash']],
  ['/bin/c_rehash', ['/usr/bin/c_rehash']],
  ['/bin/c*', ['/usr/bin/c_rehash']],
  ['/usr/lib/*/padlock.so', ['/usr/lib/engines-3/padlock.so']],
  ['/usr/lib/engines-*', ['/usr/lib/engines-3', '/usr/lib/engines-3/padlock.so']],
  ['/usr/bin/c_rehash2', []],
  ['/usr/bin/rehash', []],
  ['/opt/x', []],
])('%s finds what a program would find there', (pattern, expected) => {
  expect(presentPaths(ENTRIES, pattern)).toEqual(expected);
});
