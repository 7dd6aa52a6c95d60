import type { LockedPackage, Platform } from '../../src/model/index.ts';
import type { ScanSubject } from '../../src/stages/scan/index.ts';

/** What scanners are asked about: the same packages on each platform, of an image that is nowhere yet. */
export function scanSubject(
  packages: readonly LockedPackage[],
  { on = ['linux/amd64'], ...more }: Partial<ScanSubject> & { readonly on?: readonly Platform[] } = {},
): ScanSubject {
  return {
    codename: 'trixie',
    repositories: [],
    platforms: on.map((platform) => ({ platform, packages, artifacts: [] })),
    sboms: () => Promise.resolve([]),
    ...more,
  };
}
