import { packageOfSums, parseMd5sums } from '../../../debian/index.ts';
import type { RootFilesystem } from '../../../oci/index.ts';
import type { RootRule } from './rule.ts';

const MERGED = /^\/(bin|sbin|lib\w*)\//;

/** Packages by the path of each file they bring, as their md5sums say; configuration files are not in those. */
export function fileOwners(root: RootFilesystem): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string[]>();
  for (const entry of root.entries.values()) {
    const name = packageOfSums(entry.path);
    for (const sum of name === undefined ? [] : parseMd5sums(entry.content?.toString('utf8') ?? '')) {
      const path = sum.path.replace(MERGED, '/usr/$1/');
      owners.set(path, [...(owners.get(path) ?? []), name ?? '']);
    }
  }
  return owners;
}

/** Packages are unpacked one over the other: the last one wins, and the others are not what they say they are. */
export const singleOwner: RootRule = {
  check: 'single-owner',
  expected: 'every file belongs to one package; exclude one of the two, or drop the file',
  variants: ['runtime'],
  violations: ({ root, stackFiles }) =>
    [...fileOwners(root)]
      .filter(([path, names]) => names.length > 1 && root.entries.has(path))
      .map(([path, names]) => {
        const owners = names.map((name) => `${name} (${stackFiles.get(name) ?? 'in no lock'})`);
        return `${path} of ${owners.join(' and ')}`;
      }),
};
