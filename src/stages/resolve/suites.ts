import type { Archive } from '../../model/index.ts';

export interface SuiteName {
  readonly archive: Archive;
  readonly suite: string;
  /** Release it belongs to, `trixie`. */
  readonly codename: string;
}

/** The suites a Debian release is made of, in the order of a lock: release, updates, security. */
export function suitesOf(codename: string): readonly SuiteName[] {
  return [
    { archive: 'debian', suite: codename, codename },
    { archive: 'debian', suite: `${codename}-updates`, codename },
    { archive: 'debian-security', suite: `${codename}-security`, codename },
  ];
}
