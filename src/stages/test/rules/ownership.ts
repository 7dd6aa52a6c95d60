import { baseName, parentOf } from '../../../oci/index.ts';
import type { RootEntry, RootFilesystem } from '../../../oci/index.ts';
import type { RootRule } from './rule.ts';

/** Where a runtime image and a dev image keep the lists of a package's files. */
const LIST_FOLDERS = ['/var/lib/dpkg/status.d', '/var/lib/dpkg/info'];
const LIST_NAME = /^([^:]+)(?::\w+)?\.md5sums$/;
const MERGED = /^\/(bin|sbin|lib\w*)\//;

/** Packages by the path of each file they bring, as their md5sums say; configuration files are not in those. */
export function fileOwners(root: RootFilesystem): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string[]>();
  for (const entry of root.entries.values()) {
    const name = packageOfList(entry);
    for (const path of name === undefined ? [] : listedPaths(entry)) {
      owners.set(path, [...(owners.get(path) ?? []), name ?? '']);
    }
  }
  return owners;
}

function packageOfList({ path }: RootEntry): string | undefined {
  return LIST_FOLDERS.includes(parentOf(path)) ? LIST_NAME.exec(baseName(path))?.[1] : undefined;
}

/** deb-md5sums(5): a sum, two spaces, and a path without its first slash. */
function listedPaths({ content }: RootEntry): readonly string[] {
  const lines = content?.toString('utf8').split('\n') ?? [];
  return lines.filter((line) => line !== '').map((line) => `/${line.slice(34)}`.replace(MERGED, '/usr/$1/'));
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
