import type { DebianArchitecture, LockedPackage } from '../model/index.ts';
import {
  bareCandidate,
  candidateOf,
  fulfils,
  isAllowed,
  sourceOf,
  toCandidate,
  type Candidate,
  type IndexedPackage,
  type SuiteIndex,
} from './candidate.ts';
import type { Stanza } from './deb822.ts';
import { holdsOf, isAsHeld, type KnownPackage, type PackageHold } from './held.ts';
import type { Alternative } from './relation.ts';
import { compareVersions } from './version.ts';

interface Found {
  readonly version: string;
  readonly source: IndexedPackage['source'];
  /** Archive that has it. */
  readonly archive: string;
  readonly toCandidate: () => Candidate;
}

/** What of the suites counts, and what there is besides. */
export interface PoolChoices {
  readonly holds?: readonly PackageHold[];
  /** Of versions that the suites have no more. */
  readonly known?: readonly KnownPackage[];
}

/** All suites as one archive, in which the newest version of each package is the one that counts. */
export class PackagePool {
  readonly #indexes: readonly SuiteIndex[];
  readonly #architecture: DebianArchitecture;
  readonly #holds: readonly PackageHold[];
  readonly #known: readonly KnownPackage[];
  readonly #newest = new Map<string, Candidate | undefined>();

  constructor(
    indexes: readonly SuiteIndex[],
    architecture: DebianArchitecture,
    { holds = [], known = [] }: PoolChoices = {},
  ) {
    this.#indexes = indexes;
    this.#architecture = architecture;
    this.#holds = holds;
    this.#known = known;
  }

  /** The newest version over all suites; of equal ones, the first suite's. */
  newest(name: string): Candidate | undefined {
    if (!this.#newest.has(name)) {
      const [newest] = this.#find(name).sort((a, b) => compareVersions(b.version, a.version));
      this.#newest.set(name, newest?.toCandidate());
    }
    return this.#newest.get(name);
  }

  /** The very package that was locked before. */
  locked(locked: LockedPackage): Candidate {
    const same = this.#find(locked.name).find((found) => found.version === locked.version);
    return same?.toCandidate() ?? bareCandidate(locked);
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
    return [...new Set(this.#findIn(refusing, name).map(({ archive }) => archive))];
  }

  /** Versions that are there, and that a hold is not content with. */
  heldBack(name: string): readonly string[] {
    const found = this.#all(name).filter(({ version, source }) => !this.#isAsHeld({ name, version, source }));
    return [...new Set(found.map(({ version }) => version))];
  }

  /** The holds that say something about a package of this name. */
  holdsOn(name: string): readonly PackageHold[] {
    const holds = this.#all(name).flatMap(({ source }) => holdsOf({ name, source }, this.#holds));
    return [...new Set(holds)];
  }

  #isAsHeld(item: Pick<IndexedPackage, 'name' | 'version' | 'source'>): boolean {
    return isAsHeld(item, this.#holds);
  }

  #find(name: string): Found[] {
    return this.#all(name).filter(({ version, source }) => this.#isAsHeld({ name, version, source }));
  }

  #all(name: string): Found[] {
    const known = this.#known.filter(({ package: each }) => each.name === name);
    return [
      ...this.#findIn(
        this.#indexes.filter((from) => isAllowed(name, from)),
        name,
      ),
      ...known.map(({ package: each, control }) => ({
        version: each.version,
        source: each.source,
        archive: each.archive,
        toCandidate: () => candidateOf(each, control),
      })),
    ];
  }

  #findIn(indexes: readonly SuiteIndex[], name: string): Found[] {
    const found = indexes.flatMap((from) => from.index.stanzas(name).map((stanza) => ({ stanza, from })));
    return found
      .filter(({ stanza }) => ['all', this.#architecture].includes(stanza.get('architecture') ?? ''))
      .map(({ stanza, from }) => toFound(name, stanza, from));
  }
}

/** Many images choose from the same stanzas, each of which is of one suite. */
const knownStanzas = new WeakMap<Stanza, Found>();

function toFound(name: string, stanza: Stanza, from: SuiteIndex): Found {
  const known = knownStanzas.get(stanza);
  if (known !== undefined) {
    return known;
  }
  const version = stanza.get('version') ?? '';
  let candidate: Candidate | undefined;
  const found = {
    version,
    source: sourceOf(stanza, { name, version }),
    archive: from.archive,
    toCandidate: () => (candidate ??= toCandidate(stanza, from)),
  };
  knownStanzas.set(stanza, found);
  return found;
}

/** The newest version of a package over all suites: what an image without it being held would get today. */
export function newestPackage(
  indexes: readonly SuiteIndex[],
  wanted: { readonly name: string; readonly architecture: DebianArchitecture },
): IndexedPackage | undefined {
  return new PackagePool(indexes, wanted.architecture).newest(wanted.name)?.package;
}
