import { compareVersions } from './version.ts';

/** One entry of a Debian changelog, policy 4.4. */
export interface ChangelogEntry {
  readonly version: string;
  /** CVE ids its text names, each once, in order of first mention. */
  readonly cves: readonly string[];
}

const ENTRY_HEADER = /^\w[-+0-9a-z.]* \(([^\s()]+)\)(?:\s+[-+0-9a-z.]+)+;/i;

/** The number has four digits or more: six since 2026. */
const CVE = /\bCVE-\d{4}-\d{4,}\b/gi;

/** Entries newest first, as the file has them. Text before the first entry is ignored. */
export function parseChangelog(text: string): readonly ChangelogEntry[] {
  const entries: { version: string; cves: Set<string> }[] = [];
  for (const line of text.split('\n')) {
    const version = ENTRY_HEADER.exec(line)?.[1];
    if (version !== undefined) {
      entries.push({ version, cves: new Set() });
    }
    for (const [id] of line.matchAll(CVE)) {
      entries.at(-1)?.cves.add(id.toUpperCase());
    }
  }
  return entries.map(({ version, cves }) => ({ version, cves: [...cves] }));
}

/** CVE ids named by the entries after `olderVersion` up to and with `newerVersion`, by year and number. */
export function changelogBetween(
  text: string,
  olderVersion: string,
  newerVersion: string,
): readonly string[] {
  const ids = parseChangelog(text)
    .filter(({ version }) => compareVersions(version, olderVersion) > 0)
    .filter(({ version }) => compareVersions(version, newerVersion) <= 0)
    .flatMap(({ cves }) => cves);
  return [...new Set(ids)].sort(compareCveIds);
}

function compareCveIds(a: string, b: string): number {
  const [, yearA = '', numberA = ''] = a.split('-');
  const [, yearB = '', numberB = ''] = b.split('-');
  return Number(yearA) - Number(yearB) || Number(numberA) - Number(numberB);
}
