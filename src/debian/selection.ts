import type { DebianArchitecture } from '../model/index.ts';
import { fulfils, type Candidate } from './candidate.ts';
import type { Alternative, Alternatives } from './relation.ts';

/** Packages that are, or will be, in the image together. */
export class Selection {
  readonly #architecture: DebianArchitecture;
  readonly #byName = new Map<string, Candidate>();
  /** Own names and provided ones. */
  readonly #answering = new Map<string, Set<Candidate>>();

  constructor(architecture: DebianArchitecture) {
    this.#architecture = architecture;
  }

  add(candidate: Candidate): void {
    this.#byName.set(candidate.package.name, candidate);
    for (const { name } of [candidate.package, ...candidate.provides]) {
      const known = this.#answering.get(name) ?? new Set();
      this.#answering.set(name, known.add(candidate));
    }
  }

  get(name: string): Candidate | undefined {
    return this.#byName.get(name);
  }

  /** In order of their names. */
  all(): readonly Candidate[] {
    return [...this.#byName.keys()].sort().flatMap((name) => this.#byName.get(name) ?? []);
  }

  /** The selected packages that are what the relation names. */
  matching(wanted: Alternative): readonly Candidate[] {
    const answering = [...(this.#answering.get(wanted.name) ?? [])];
    return answering.filter((candidate) => fulfils(candidate, wanted, this.#architecture));
  }

  /** The package that already fulfils one of the alternatives, if any does. */
  fulfilling(alternatives: Alternatives): Candidate | undefined {
    return alternatives.flatMap((wanted) => this.matching(wanted))[0];
  }
}
