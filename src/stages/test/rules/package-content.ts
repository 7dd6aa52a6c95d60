import type { LockedPackage } from '../../../model/index.ts';
import { resolvePath } from '../../../oci/index.ts';
import type { RootFilesystem } from '../../../oci/index.ts';
import { STATUS_FOLDER, SUMS_SUFFIX } from './packages.ts';
import type { RootRule } from './rule.ts';

/** deb-md5sums(5): 32 hexadecimal digits, two spaces, a path without its first slash. */
const SUM_LINE = /^([0-9a-f]{32}) {2}(\S.*)$/;

/** What the database says of a package's files holds: it is how `debsums` and file-level scanners see them. */
export const packageFiles: RootRule = {
  check: 'package-files',
  expected: 'every file that md5sums name is there, with the bytes its package gave it',
  variants: ['runtime'],
  violations: ({ root, packages }) => packages.flatMap(({ name }) => changedFiles(root, name)),
};

function changedFiles(root: RootFilesystem, name: string): readonly string[] {
  const sums = root.entries.get(`${STATUS_FOLDER}/${name}${SUMS_SUFFIX}`)?.content?.toString('utf8') ?? '';
  return sums
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const [, sum, path] = SUM_LINE.exec(line) ?? [];
      if (sum === undefined || path === undefined) {
        return [`${name}: "${line}" is not a sum and a path`];
      }
      const got = resolvePath(root.entries, path)?.md5;
      return got === sum ? [] : [`${name}: /${path} ${got === undefined ? 'is missing' : 'has other bytes'}`];
    });
}

/** Debian policy 12.5: where a copyright file says that a licence's text is. */
const COMMON_LICENCE = /\/usr\/share\/common-licenses\/[\w.+-]*\w/g;

/** Debian policy 12.5, and the licences themselves: who passes a program on passes its terms on as well. */
export const packageCopyright: RootRule = {
  check: 'package-copyright',
  expected: 'every package has its copyright file, and the licence texts that it names are there',
  variants: ['runtime'],
  violations: ({ root, packages }) => packages.flatMap((locked) => missingTerms(root, locked)),
};

function missingTerms(root: RootFilesystem, { name }: LockedPackage): readonly string[] {
  const path = `/usr/share/doc/${name}/copyright`;
  const text = resolvePath(root.entries, path)?.content?.toString('utf8') ?? '';
  if (text === '') {
    return [`${path} is missing`];
  }
  const licences = new Set(text.match(COMMON_LICENCE));
  return [...licences]
    .filter((licence) => resolvePath(root.entries, licence) === undefined)
    .map((licence) => `${licence} of ${name} is missing`);
}
