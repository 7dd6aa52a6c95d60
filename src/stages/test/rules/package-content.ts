import type { LockedPackage } from '../../../model/index.ts';
import { baseName, resolvePath } from '../../../oci/index.ts';
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
  violations: ({ root, packages }) =>
    packages.flatMap(({ name }) =>
      changedFiles(root, { name, file: `${STATUS_FOLDER}/${name}${SUMS_SUFFIX}` }),
    ),
};

const DPKG_INFO = '/var/lib/dpkg/info/';
const DIVERSIONS = '/var/lib/dpkg/diversions';

/** As `dpkg --verify` does it, with what was read already. */
export const installedFiles: RootRule = {
  check: 'installed-files',
  expected: 'every file that md5sums name, and that is not left out, has the bytes its package gave it',
  variants: ['dev'],
  violations: ({ root }) => {
    const diverted = new Set(root.entries.get(DIVERSIONS)?.content?.toString('utf8').split('\n'));
    return [...root.entries.keys()]
      .filter((path) => path.startsWith(DPKG_INFO) && path.endsWith(SUMS_SUFFIX))
      .flatMap((file) =>
        changedFiles(root, { name: baseName(file).slice(0, -SUMS_SUFFIX.length), file, leftOut: diverted }),
      );
  },
};

interface PackageSums {
  /** Of the package. */
  readonly name: string;
  readonly file: string;
  /** Paths whose bytes are not the package's; where they are given, files may be missing as well. */
  readonly leftOut?: ReadonlySet<string>;
}

function changedFiles(root: RootFilesystem, { name, file, leftOut }: PackageSums): readonly string[] {
  const sums = root.entries.get(file)?.content?.toString('utf8') ?? '';
  return sums
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const [, sum, path] = SUM_LINE.exec(line) ?? [];
      if (sum === undefined || path === undefined) {
        return [`${name}: "${line}" is not a sum and a path`];
      }
      const got = md5At(root, path);
      const isLeftOut = leftOut !== undefined && (got === undefined || leftOut.has(`/${path}`));
      return got === sum || isLeftOut
        ? []
        : [`${name}: /${path} ${got === undefined ? 'is missing' : 'has other bytes'}`];
    });
}

function md5At(root: RootFilesystem, path: string): string | undefined {
  return resolvePath(root.entries, path)?.digests?.md5;
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
