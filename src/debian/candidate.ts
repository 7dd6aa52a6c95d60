import { matchesPattern, type Archive, type DebianArchitecture, type LockedPackage } from '../model/index.ts';
import { requiredField, type Stanza } from './deb822.ts';
import { parseExpectedFile } from './expected-file.ts';
import type { VerifiedIndex } from './package-index.ts';
import { parseRelation, type Alternative, type Alternatives } from './relation.ts';
import { satisfies } from './version.ts';

/** A verified index, and where in the archives it is. */
export interface SuiteIndex {
  readonly index: VerifiedIndex;
  readonly archive: Archive;
  readonly suite: string;
  /** Patterns of the names that may be taken from it; absent: all. */
  readonly allowed?: readonly string[];
}

/** A suite with its open indexes. */
export interface IndexedSuite extends Omit<SuiteIndex, 'index'> {
  readonly indexes: ReadonlyMap<DebianArchitecture, VerifiedIndex>;
}

/** What packages of one architecture are chosen from. */
export function indexesOf(
  suites: readonly IndexedSuite[],
  architecture: DebianArchitecture,
): readonly SuiteIndex[] {
  return suites.flatMap(({ archive, suite, allowed, indexes }) => {
    const index = indexes.get(architecture);
    const only = allowed === undefined ? {} : { allowed };
    return index === undefined ? [] : [{ index, archive, suite, ...only }];
  });
}

export function isAllowed(name: string, { allowed }: SuiteIndex): boolean {
  return allowed === undefined || allowed.some((pattern) => matchesPattern(name, pattern));
}

/** A .deb as a verified index names it. */
export type IndexedPackage = Omit<LockedPackage, 'requestedBy'>;

/** What a package refuses to be installed with. */
export interface Refusal {
  readonly field: 'Conflicts' | 'Breaks';
  readonly target: Alternative;
}

/** A package that could be chosen, and what choosing it brings. */
export interface Candidate {
  readonly package: IndexedPackage;
  /** Policy 2.5, from 0 for `required`. */
  readonly priority: number;
  /** `Multi-Arch: allowed`: a relation may name it with `:any`. */
  readonly anyArchitecture: boolean;
  readonly provides: readonly Alternative[];
  /** Pre-Depends and Depends. */
  readonly depends: readonly Alternatives[];
  readonly refuses: readonly Refusal[];
}

const PRIORITIES = ['required', 'important', 'standard', 'optional', 'extra'];

export function toCandidate(stanza: Stanza, from: SuiteIndex): Candidate {
  return candidateOf(toPackage(stanza, from), stanza);
}

/** Its relations are those of the control data; what it is called and where it is are known already. */
export function candidateOf(named: IndexedPackage, stanza: Stanza): Candidate {
  return { package: named, ...relationsOf(stanza) };
}

function relationsOf(stanza: Stanza): Omit<Candidate, 'package'> {
  const priority = PRIORITIES.indexOf(stanza.get('priority') ?? 'optional');
  return {
    priority: priority < 0 ? PRIORITIES.length : priority,
    anyArchitecture: stanza.get('multi-arch') === 'allowed',
    provides: parseRelation(stanza.get('provides') ?? '').flat(),
    depends: ['pre-depends', 'depends'].flatMap((field) => parseRelation(stanza.get(field) ?? '')),
    refuses: (['Conflicts', 'Breaks'] as const).flatMap((field) =>
      parseRelation(stanza.get(field.toLowerCase()) ?? '')
        .flat()
        .map((target) => ({ field, target })),
    ),
  };
}

/** A package of which only the name and version are known: an older lock's, which the archive has replaced. */
export function bareCandidate(locked: LockedPackage): Candidate {
  return { package: locked, priority: 0, anyArchitecture: false, provides: [], depends: [], refuses: [] };
}

/** True when the package, by its own name or by Provides, is what the relation asks for. */
export function fulfils(
  candidate: Candidate,
  wanted: Alternative,
  architecture: DebianArchitecture,
): boolean {
  if (!qualifierMatches(candidate, wanted.qualifier, architecture)) {
    return false;
  }
  const { name, version } = candidate.package;
  if (name === wanted.name && satisfies(version, wanted.constraint)) {
    return true;
  }
  return candidate.provides.some((provided) => provided.name === wanted.name && provides(provided, wanted));
}

/** Policy 7.5: a Provides without a version fulfils only relations without one. */
function provides(provided: Alternative, wanted: Alternative): boolean {
  if (wanted.constraint === undefined) {
    return true;
  }
  return provided.constraint !== undefined && satisfies(provided.constraint.version, wanted.constraint);
}

/** `Architecture: all` counts as the image's own (deb-control(5), https://wiki.debian.org/Multiarch/HOWTO). */
function qualifierMatches(
  candidate: Candidate,
  qualifier: string | undefined,
  architecture: DebianArchitecture,
): boolean {
  switch (qualifier) {
    case undefined:
    case 'native':
      return true;
    case 'any':
      return candidate.anyArchitecture;
    default:
      return qualifier === architecture;
  }
}

function toPackage(stanza: Stanza, { archive, suite, index }: SuiteIndex): IndexedPackage {
  const name = requiredField(stanza, 'Package', `${index.path} of ${suite}`);
  const what = `package ${name} of ${suite}`;
  const version = requiredField(stanza, 'Version', what);
  const file = parseExpectedFile(
    {
      path: requiredField(stanza, 'Filename', what),
      size: requiredField(stanza, 'Size', what),
      hex: requiredField(stanza, 'SHA256', what),
    },
    what,
  );
  return {
    name,
    version,
    // The pool only makes candidates of the architecture asked for, and of `all`.
    architecture: requiredField(stanza, 'Architecture', what) as LockedPackage['architecture'],
    source: sourceOf(stanza, { name, version }),
    archive,
    suite,
    ...file,
  };
}

/** `Source: glibc (2.41-12)`; without it, or without the version, the package's own (policy 5.6.1). */
export function sourceOf(stanza: Stanza, own: IndexedPackage['source']): IndexedPackage['source'] {
  const [, name, version] = /^(\S+)(?:\s+\((\S+)\))?$/.exec(stanza.get('source') ?? '') ?? [];
  return { name: name ?? own.name, version: version ?? own.version };
}
