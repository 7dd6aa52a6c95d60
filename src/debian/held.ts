import type { IndexedPackage } from './candidate.ts';
import type { Stanza } from './deb822.ts';

/** A package that stays at a version, whatever is newer. */
export interface PackageHold {
  /** Binary package, or source package for all that are built of it. */
  readonly package: string;
  readonly version: string;
  /** File that says so, for messages. */
  readonly by: string;
}

/** A package that an index named once, with the control data of its own .deb. */
export interface KnownPackage {
  readonly package: IndexedPackage;
  readonly control: Stanza;
}

type Versioned = Pick<IndexedPackage, 'name' | 'version' | 'source'>;

/** The holds that say something about a package: of its name, or of its source's. */
export function holdsOf(
  { name, source }: Pick<Versioned, 'name' | 'source'>,
  holds: readonly PackageHold[],
): readonly PackageHold[] {
  return holds.filter((hold) => hold.package === name || hold.package === source.name);
}

/** Whether every hold is content with the version. A binary that is called as its source may have either's. */
export function isAsHeld(item: Versioned, holds: readonly PackageHold[]): boolean {
  return holdsOf(item, holds).every(
    (hold) =>
      (hold.package === item.name && hold.version === item.version) ||
      (hold.package === item.source.name && hold.version === item.source.version),
  );
}
