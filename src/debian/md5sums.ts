/** A file as its package brought it. */
export interface PackageSum {
  /** Absolute, as the package has it: `/lib/x` where the image says `/usr/lib/x`. */
  readonly path: string;
  /** Hexadecimal. */
  readonly md5: string;
}

/** deb-md5sums(5): 32 hexadecimal digits, two spaces, a path without its first slash. */
const SUM_LINE = /^([0-9a-f]{32}) {2}(\S.*)$/;

/** Lines that are no sum and path are left away: the rules of the test stage refuse an image that has them. */
export function parseMd5sums(text: string): readonly PackageSum[] {
  return text.split('\n').flatMap((line) => {
    const [, md5, path] = SUM_LINE.exec(line) ?? [];
    return md5 === undefined || path === undefined ? [] : [{ md5, path: `/${path}` }];
  });
}

/** Where a runtime image and a dev image keep the lists of a package's files. */
const SUMS_FILE = /^\/var\/lib\/dpkg\/(?:status\.d|info)\/([^/:]+)(?::\w+)?\.md5sums$/;

/** The package whose list is at this path of an image; undefined where it is no list. */
export function packageOfSums(path: string): string | undefined {
  return SUMS_FILE.exec(path)?.[1];
}
