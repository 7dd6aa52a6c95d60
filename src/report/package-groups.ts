import type { CveNote, PackageChange } from '../model/index.ts';
import type { ReportedImage } from './schema.ts';
import { countText } from './units.ts';

/** Packages of one source that changed in the same way: what happened to one happened to all. */
export interface PackageGroup {
  readonly mark: '+' | '-' | '~';
  readonly verb: 'added' | 'removed' | 'changed';
  /** The source's name where several packages are of it. */
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** Names, where they are not the group's. */
  readonly members: readonly string[];
  /** Empty where it is so on all that were compared. */
  readonly platforms: readonly string[];
  readonly isUnknown: boolean;
  readonly fixed: readonly CveNote[];
  readonly introduced: readonly CveNote[];
}

/** Changed ones first, then added, then removed. */
export function packageGroups(
  changes: readonly PackageChange[],
  platforms: readonly string[] = [],
): readonly PackageGroup[] {
  const keyed = Map.groupBy(changes, ({ kind, source, before = '', after = '', platforms: on = [] }) =>
    [kind, source.name, before, after, ...on].join(' '),
  );
  const groups = [...keyed.values()].map((members) => toGroup(members, platforms));
  return (['~', '+', '-'] as const).flatMap((mark) => groups.filter((group) => group.mark === mark));
}

function toGroup(members: readonly PackageChange[], platforms: readonly string[]): PackageGroup {
  const names = members.map(({ name }) => name);
  const [first] = members;
  const { before = '', after = '', platforms: on = [], source } = first ?? { source: { name: '' } };
  const isAlone = names.length === 1;
  return {
    ...verbOf(first),
    name: isAlone ? names.join() : source.name,
    before,
    after,
    members: isAlone ? [] : names,
    platforms: on.length === platforms.length ? [] : on,
    isUnknown: members.some(({ changelog }) => changelog === 'unknown'),
    fixed: distinct(members.flatMap(({ fixed }) => fixed)),
    introduced: distinct(members.flatMap(({ introduced }) => introduced)),
  };
}

function verbOf(change: PackageChange | undefined): Pick<PackageGroup, 'mark' | 'verb'> {
  if (change?.before === undefined) {
    return { mark: '+', verb: 'added' };
  }
  return change.after === undefined ? { mark: '-', verb: 'removed' } : { mark: '~', verb: 'changed' };
}

function distinct(notes: readonly CveNote[]): readonly CveNote[] {
  return [...new Map(notes.map((note) => [note.id, note])).values()];
}

type Cves = Pick<PackageChange, 'fixed' | 'introduced'>;

/** Ids over all packages, each once. */
function cveCounts(changes: readonly Cves[]): {
  readonly fixed: number;
  readonly introduced: number;
} {
  return {
    fixed: new Set(changes.flatMap(({ fixed }) => fixed.map(({ id }) => id))).size,
    introduced: new Set(changes.flatMap(({ introduced }) => introduced.map(({ id }) => id))).size,
  };
}

/** `2 CVEs fixed, 1 introduced`; empty where there are none. */
export function cveText(changes: readonly Cves[]): string {
  const { fixed, introduced } = cveCounts(changes);
  return [
    ...(fixed > 0 ? [`${countText(fixed, 'CVE')} fixed`] : []),
    ...(introduced > 0 ? [`${countText(introduced, 'CVE')} introduced`] : []),
  ].join(', ');
}

type ReportedChanges = NonNullable<ReportedImage['changes']>;

/** `2 packages changed; 1 CVE fixed`, as the report has it. */
export function changesText({ packages }: Pick<ReportedChanges, 'packages'>): string {
  const counts = countText(new Set(packages.map(({ name }) => name)).size, 'package');
  const cves = cveText(packages);
  return `${counts} changed${cves === '' ? '' : `; ${cves}`}`;
}

/** `3 changed, 1 added`; `no change` where nothing did. */
export function countsText(counts: Readonly<Record<string, number>>): string {
  const texts = Object.entries(counts).filter(([, count]) => count > 0);
  return texts.map(([what, count]) => `${count} ${what}`).join(', ') || 'no change';
}
