import type { Archive, AptRepository } from '../../model/index.ts';

export interface SuiteName {
  readonly archive: Archive;
  readonly suite: string;
  /** The one that is read. */
  readonly component: string;
  /** Patterns of the packages that may come from it; absent: all. */
  readonly allowed?: readonly string[];
}

/** The suites a Debian release is made of, in the order of a lock: release, updates, security. */
export function suitesOf(codename: string): readonly SuiteName[] {
  const component = 'main';
  return [
    { archive: 'debian', suite: codename, component },
    { archive: 'debian', suite: `${codename}-updates`, component },
    { archive: 'debian-security', suite: `${codename}-security`, component },
  ];
}

/** What a further repository has for the Debian release it is named for. */
export function suitesIn({ name, suites, component, packages }: AptRepository): readonly SuiteName[] {
  return suites.map((suite) => ({ archive: name, suite, component, allowed: packages }));
}
