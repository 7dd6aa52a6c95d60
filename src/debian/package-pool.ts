import type { DebianArchitecture, LockedPackage } from '../model/index.ts';
import {
  bareCandidate,
  fulfils,
  isAllowed,
  toCandidate,
  type Candidate,
  type IndexedPackage,
  type SuiteIndex,
} from './candidate.ts';
import type { Stanza } from './deb822.ts';
import type { Alternative } from './relation.ts';
import { compareVersions } from './version.ts';

interface Found {
  readonly stanza: Stanza;
  readonly from: SuiteIndex;
}

/** All suites as one archive, in which the newest version of each package is the one that counts. */
export class PackagePool {
  readonly #indexes: readonly SuiteIndex[];
  readonly #architecture: DebianArchitecture;
  readonly #newest = new Map<string, Candidate | undefined>();

  constructor(indexes: readonly SuiteIndex[], architecture: DebianArchitecture) {
    this.#indexes = indexes;
    this.#architecture = architecture;
  }

  /** The newest version over all suites; of equal ones, the first suite's. */
  newest(name: string): Candidate | undefined {
    if (!this.#newest.has(name)) {
      const [newest] = this.#find(name).sort((a, b) => compareVersions(versionOf(b), versionOf(a)));
      this.#newest.set(name, newest === undefined ? undefined : toCandidate(newest.stanza, newest.from));
    }
    return this.#newest.get(name);
  }

  /** The very package that was locked before. */
  locked(locked: LockedPackage): Candidate {
    const same = this.#find(locked.name).find((found) => versionOf(found) === locked.version);
    return same === undefined ? bareCandidate(locked) : toCandidate(same.stanza, same.from);
  }

  /**
   * What would be installed for a relation: the package of that name, else the provider of the highest
   * priority, and of these the first by name.
   */
  choose(wanted: Alternative): Candidate | undefined {
    const isWanted = (candidate: Candidate | undefined): candidate is Candidate =>
      candidate !== undefined && fulfils(candidate, wanted, this.#architecture);
    const named = this.newest(wanted.name);
    return isWanted(named) ? named : this.providers(wanted.name).find(isWanted);
  }

  /** Packages whose newest version may provide the name, best first. */
  providers(virtual: string): readonly Candidate[] {
    const names = new Set(this.#indexes.flatMap(({ index }) => index.providers(virtual)));
    return [...names]
      .sort()
      .map((name) => this.newest(name))
      .filter((candidate) => candidate !== undefined)
      .sort((a, b) => a.priority - b.priority);
  }

  /** Archives that have the package, but from which it may not be taken. */
  refusing(name: string): readonly string[] {
    const refusing = this.#indexes.filter((from) => !isAllowed(name, from));
    return [...new Set(this.#findIn(refusing, name).map(({ from }) => from.archive))];
  }

  #find(name: string): Found[] {
    return this.#findIn(
      this.#indexes.filter((from) => isAllowed(name, from)),
      name,
    );
  }

  #findIn(indexes: readonly SuiteIndex[], name: string): Found[] {
    const found = indexes.flatMap((from) => from.index.stanzas(name).map((stanza) => ({ stanza, from })));
    return found.filter(({ stanza }) =>
      ['all', this.#architecture].includes(stanza.get('architecture') ?? ''),
    );
  }
}

/** The newest version of a package over all suites: what an image without it being held would get today. */
export function newestPackage(
  indexes: readonly SuiteIndex[],
  wanted: { readonly name: string; readonly architecture: DebianArchitecture },
): IndexedPackage | undefined {
  return new PackagePool(indexes, wanted.architecture).newest(wanted.name)?.package;
}

function versionOf({ stanza }: Found): string {
  return stanza.get('version') ?? '';
}
