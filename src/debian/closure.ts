import {
  FactoryError,
  type DebianArchitecture,
  type LockedExclusion,
  type LockedPackage,
  type PackageExclusion,
} from '../model/index.ts';
import type { Candidate, SuiteIndex } from './candidate.ts';
import { findConflicts } from './conflicts.ts';
import { PackagePool, type PoolChoices } from './package-pool.ts';
import { parseRelation, relationText, type Alternatives } from './relation.ts';
import { Selection } from './selection.ts';

export interface ClosureRequest {
  /** Of one architecture. Of equal versions the first suite's is taken. */
  readonly indexes: readonly SuiteIndex[];
  readonly architecture: DebianArchitecture;
  /** Package names; a relation such as `foo (>= 2) | bar` is possible. */
  readonly requests: readonly string[];
  /** In the image already, from lower layers: not chosen again, and never replaced. */
  readonly present: readonly LockedPackage[];
  /** Not taken in, nor what only they need. */
  readonly exclude: readonly PackageExclusion[];
  /** Packages that stay at a version, and what is known of versions that the indexes have no more. */
  readonly choices?: PoolChoices;
  /** Who makes the requests, for the lock and messages: `stack python`. */
  readonly requester: string;
  /** Where the requests are written, for messages: `stacks/python/stack.json`. */
  readonly file?: string;
}

/** Both in order of their names. */
export interface Closure {
  readonly packages: readonly LockedPackage[];
  /** The exclusions that left a dependency unmet. */
  readonly excluded: readonly LockedExclusion[];
}

/**
 * Chooses the packages a request needs: the newest versions, with their Pre-Depends and Depends, without
 * Recommends. The only maker of a `LockedPackage` from an index. It does not search: a choice is never taken
 * back, so where Conflicts or Breaks are left the request has to name the alternative that fits.
 */
export function resolveClosure(request: ClosureRequest): Closure {
  const walk = new ClosureWalk(request);
  walk.run();
  walk.assertMet();
  walk.assertNoConflicts();
  return { packages: walk.packages(), excluded: walk.excluded() };
}

/** A relation that has to be met, and whose it is. */
interface Want {
  readonly alternatives: Alternatives;
  readonly wantedBy: string;
}

class ClosureWalk {
  readonly #request: ClosureRequest;
  readonly #pool: PackagePool;
  readonly #selection: Selection;
  /** By name of the packages chosen here. */
  readonly #requestedBy = new Map<string, Set<string>>();
  /** By name of the excluded packages that were wanted. */
  readonly #left = new Map<string, Set<string>>();
  readonly #unmet: Want[] = [];
  /** One package can meet them. They go first, so that an open want finds what is there anyway. */
  readonly #certain: Want[] = [];
  readonly #open: Want[] = [];

  constructor(request: ClosureRequest) {
    this.#request = request;
    this.#pool = new PackagePool(request.indexes, request.architecture, request.choices);
    this.#selection = new Selection(request.architecture);
    for (const locked of request.present) {
      this.#selection.add(this.#pool.locked(locked));
    }
  }

  run(): void {
    const { requests, requester } = this.#request;
    this.#enqueue(requests.flatMap(parseRelation), requester);
    for (let want = this.#next(); want !== undefined; want = this.#next()) {
      this.#meet(want);
    }
  }

  packages(): readonly LockedPackage[] {
    const chosen = this.#selection.all().filter((candidate) => this.#requestedBy.has(candidate.package.name));
    return chosen.map((candidate) => ({
      ...candidate.package,
      requestedBy: [...(this.#requestedBy.get(candidate.package.name) ?? [])].sort(),
    }));
  }

  excluded(): readonly LockedExclusion[] {
    const wanted = this.#request.exclude.filter((exclusion) => this.#left.has(exclusion.package));
    return wanted
      .map((exclusion) => ({
        ...exclusion,
        requestedBy: [...(this.#left.get(exclusion.package) ?? [])].sort(),
      }))
      .sort((a, b) => (a.package < b.package ? -1 : 1));
  }

  assertMet(): void {
    if (this.#unmet.length > 0) {
      const { indexes } = this.#request;
      const suites = indexes.map(({ suite }) => suite);
      const wants = this.#unmet.map((want) => this.#explain(want));
      const message = `cannot resolve packages of ${this.#asker()} from ${suites.join(', ')}: ${wants.join('; ')}`;
      throw this.#unmet.some((want) => this.#isRefused(want))
        ? new FactoryError('PACKAGE_NOT_ALLOWED', message, {
            hint: 'allow the package in the "packages" of that repository in catalog.json, or exclude it in the stack with a reason',
          })
        : new FactoryError('PACKAGE_NOT_FOUND', message, {
            hint:
              this.#holdHint() ??
              'check the names in the stack; exclude with a reason what the image can do without',
          });
    }
  }

  assertNoConflicts(): void {
    const conflicts = findConflicts(this.#selection);
    if (conflicts.length > 0) {
      throw new FactoryError(
        'PACKAGES_CONFLICT',
        `cannot resolve packages of ${this.#asker()}: ${conflicts.join('; ')}`,
        { hint: 'request the alternative that goes with the others, or exclude one with a reason' },
      );
    }
  }

  #asker(): string {
    const { requester, file } = this.#request;
    return file === undefined ? requester : `${requester} (${file})`;
  }

  #enqueue(relation: readonly Alternatives[], wantedBy: string): void {
    for (const alternatives of relation) {
      const [first, ...others] = alternatives;
      const certain =
        others.length === 0 && first !== undefined && this.#pool.newest(first.name) !== undefined;
      (certain ? this.#certain : this.#open).push({ alternatives, wantedBy });
    }
  }

  #next(): Want | undefined {
    return this.#certain.pop() ?? this.#open.shift();
  }

  #meet(want: Want): void {
    const there = this.#selection.fulfilling(want.alternatives);
    if (there !== undefined) {
      this.#requestedBy.get(there.package.name)?.add(want.wantedBy);
      return;
    }
    for (const alternative of want.alternatives) {
      if (this.#leaveOut(alternative.name, want)) {
        return;
      }
      const candidate = this.#pool.choose(alternative);
      if (candidate !== undefined && this.#canSelect(candidate)) {
        if (!this.#leaveOut(candidate.package.name, want)) {
          this.#select(candidate, want.wantedBy);
        }
        return;
      }
    }
    this.#unmet.push(want);
  }

  /** A package that is there in a version that does not fit cannot be chosen again. */
  #canSelect(candidate: Candidate): boolean {
    return this.#selection.get(candidate.package.name) === undefined;
  }

  /** True for an excluded name, which ends the want: to do without its first choice is not to want its second. */
  #leaveOut(name: string, want: Want): boolean {
    if (!this.#request.exclude.some((exclusion) => exclusion.package === name)) {
      return false;
    }
    this.#left.set(name, (this.#left.get(name) ?? new Set()).add(want.wantedBy));
    return true;
  }

  #select(candidate: Candidate, wantedBy: string): void {
    this.#selection.add(candidate);
    this.#requestedBy.set(candidate.package.name, new Set([wantedBy]));
    this.#enqueue(candidate.depends, candidate.package.name);
  }

  #explain({ alternatives, wantedBy }: Want): string {
    const got = alternatives.map(({ name }) => this.#describe(name)).join(', ');
    return `${wantedBy} wants "${relationText(alternatives)}", got ${got}`;
  }

  #describe(name: string): string {
    const selected = this.#selection.get(name);
    if (selected !== undefined) {
      return `${name} ${selected.package.version} selected already`;
    }
    const newest = this.#pool.newest(name);
    const held = this.#heldText(name);
    if (newest !== undefined) {
      return `${name} ${newest.package.version}${held}`;
    }
    const back = this.#pool.heldBack(name);
    if (back.length > 0) {
      return `${name} only at ${back.join(' and ')}${held}`;
    }
    const refusing = this.#pool.refusing(name);
    return refusing.length === 0
      ? `no ${name}`
      : `${name} only from ${refusing.join(', ')}, not allowed there`;
  }

  #heldText(name: string): string {
    const holds = this.#pool.holdsOn(name).map(({ version, by }) => `, held at ${version} in ${by}`);
    return holds.join('');
  }

  /** A hold that no package can meet any more is to be changed, not the stack. */
  #holdHint(): string | undefined {
    const names = this.#unmet.flatMap(({ alternatives }) => alternatives.map(({ name }) => name));
    const files = new Set(names.flatMap((name) => this.#pool.holdsOn(name).map(({ by }) => by)));
    return files.size === 0
      ? undefined
      : `hold a version that an archive or the last release has, hold the source package, or remove ${[...files].join(', ')}`;
  }

  #isRefused({ alternatives }: Want): boolean {
    return alternatives.some(
      ({ name }) =>
        this.#selection.get(name) === undefined &&
        this.#pool.newest(name) === undefined &&
        this.#pool.refusing(name).length > 0,
    );
  }
}
