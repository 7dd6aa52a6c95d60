import { compareVersions } from '../../debian/index.ts';
import type { Finding, MergedFinding, NotAffected, ScannerResult } from '../../model/index.ts';
import { groupSame } from './same-vulnerability.ts';

/** Who knows a Debian package best comes first: its vendor, then those that collect what others say. */
const PRECEDENCE = ['debian-tracker', 'debian-archive', 'osv', 'grype', 'trivy', 'ecr'];
/** They speak for the vendor. */
const VENDOR: ReadonlySet<string> = new Set(['debian-tracker', 'debian-archive']);

/** A finding, and who has it. */
interface Told {
  readonly scanner: string;
  readonly finding: Finding;
}

/**
 * One finding for each vulnerability in each package, whoever found it and whatever they call it; sorted by package
 * and vulnerability. A package is its source: fixes come for all of it at once. What the vendor says is not affected
 * is no finding, whatever others say. docs/scanning.md has the rules.
 */
export function mergeFindings(results: readonly ScannerResult[]): readonly MergedFinding[] {
  const told = results.flatMap(({ tool, findings }) =>
    findings.map((finding) => ({ scanner: tool, finding })),
  );
  const cleared = clearedBy(results);
  return [...Map.groupBy(told, ({ finding }) => finding.source).values()]
    .flatMap((ofSource) => groupSame(ofSource, ({ finding }) => [finding.id, ...finding.aliases]))
    .filter((group) => !isCleared(group, cleared))
    .map(mergeGroup)
    .sort((a, b) => compareTexts(a.source, b.source) || compareTexts(a.id, b.id));
}

function compareTexts(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}

/** `source vulnerability`, for what a vendor vouches for. */
function clearedBy(results: readonly ScannerResult[]): ReadonlySet<string> {
  const told = results.filter(({ tool }) => VENDOR.has(tool)).flatMap(({ notAffected = [] }) => notAffected);
  return new Set(told.flatMap((each) => keysOf(each)));
}

function keysOf({ source, id, aliases }: Pick<NotAffected, 'source' | 'id' | 'aliases'>): readonly string[] {
  return [id, ...aliases].map((name) => `${source} ${name}`);
}

/** What the vendor itself finds is not cleared by what it says elsewhere: the worse counts. */
function isCleared(group: readonly Told[], cleared: ReadonlySet<string>): boolean {
  return (
    group.every(({ scanner }) => !VENDOR.has(scanner)) &&
    group.some(({ finding }) => keysOf(finding).some((key) => cleared.has(key)))
  );
}

function mergeGroup(group: readonly Told[]): MergedFinding {
  const ordered = group.toSorted(
    (a, b) => rank(a) - rank(b) || compareTexts(a.scanner, b.scanner) || compareTexts(text(a), text(b)),
  );
  const findings = ordered.map(({ finding }) => finding);
  const names = findings.flatMap(({ id, aliases }) => [id, ...aliases]);
  const id = bestName(names);
  const rated = findings.find(({ severity }) => severity !== 'unknown');
  const fixedSince = findings.flatMap((each) => each.fixedSince ?? []).sort()[0];
  return {
    id,
    aliases: distinct(names.filter((name) => name !== id)),
    ...shownPackage(ordered),
    ...firstOf(findings, 'suite'),
    ...(fixedSince !== undefined && { fixedSince }),
    severity: rated?.severity ?? 'unknown',
    ...(rated?.severityFrom !== undefined && { severityFrom: rated.severityFrom }),
    ...firstOf(findings, 'vendorStatus'),
    ...(findings.some(({ knownExploited }) => knownExploited) && { knownExploited: true }),
    platforms: distinct(findings.flatMap(({ platforms }) => platforms)),
    scanners: distinct(ordered.map(({ scanner }) => scanner)),
  };
}

function rank({ scanner }: Told): number {
  const place = PRECEDENCE.indexOf(scanner);
  return place === -1 ? PRECEDENCE.length : place;
}

function text({ finding }: Told): string {
  return JSON.stringify(finding);
}

function distinct<T extends string>(names: readonly T[]): readonly T[] {
  return [...new Set(names)].sort();
}

/** Everybody knows a vulnerability by its CVE, where it has one. */
function bestName(names: readonly string[]): string {
  const sorted = distinct(names);
  return sorted.find((name) => name.startsWith('CVE-')) ?? names[0] ?? '';
}

function firstOf<Field extends 'suite' | 'vendorStatus'>(
  findings: readonly Finding[],
  field: Field,
): Partial<Pick<Finding, Field>> {
  const found = findings.find((finding) => finding[field] !== undefined);
  return found === undefined ? {} : ({ [field]: found[field] } as Partial<Pick<Finding, Field>>);
}

/**
 * What is installed and what fixes it belong together, as one scanner tells versions of the source and another those
 * of a package. The lowest fix that the vendor names, else that anybody names.
 */
function shownPackage(ordered: readonly Told[]): Pick<Finding, 'package' | 'source' | 'installed' | 'fixed'> {
  const withFix = ordered.filter(({ finding }) => finding.fixed !== undefined);
  const ofVendor = withFix.filter(({ scanner }) => VENDOR.has(scanner));
  const [first] = ofVendor.length > 0 ? ofVendor : withFix;
  const candidates = (ofVendor.length > 0 ? ofVendor : withFix)
    .map(({ finding }) => finding)
    .filter(({ installed }) => installed === first?.finding.installed)
    .sort((a, b) => compareVersions(a.fixed ?? '', b.fixed ?? ''));
  const shown = candidates[0] ?? ordered[0]?.finding;
  if (shown === undefined) {
    throw new RangeError('a group has at least one member');
  }
  const { package: name, source, installed, fixed } = shown;
  return { package: name, source, installed, ...(fixed !== undefined && { fixed }) };
}
