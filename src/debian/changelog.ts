import { compareVersions } from './version.ts';

/** One entry of a Debian changelog, policy 4.4. */
export interface ChangelogEntry {
  readonly version: string;
  /** CVE ids its text names, each once, in order of first mention. */
  readonly cves: readonly string[];
}

/** A CVE id, and the item of the changelog that names it. */
export interface CveMention {
  readonly id: string;
  readonly line: string;
}

const ENTRY_HEADER = /^\w[-+0-9a-z.]* \(([^\s()]+)\)(?:\s+[-+0-9a-z.]+)+;/i;
const TRAILER = /^ -- /;
const ITEM_START = /^\s+[*+-]\s+/;

/** The number has four digits or more: six since 2026. */
const CVE = /\bCVE-\d{4}-\d{4,}\b/gi;

/** An item that lists dozens of ids says nothing of each: then the one line that names it does. */
const MAX_ITEM_LENGTH = 300;

/** Entries newest first, as the file has them. Text before the first entry is ignored. */
export function parseChangelog(text: string): readonly ChangelogEntry[] {
  return entriesOf(text).map(({ version, lines }) => ({ version, cves: cvesIn(lines.join('\n')) }));
}

interface Entry {
  readonly version: string;
  /** With its header. */
  readonly lines: readonly string[];
}

function entriesOf(text: string): readonly Entry[] {
  const entries: { readonly version: string; readonly lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const version = ENTRY_HEADER.exec(line)?.[1];
    if (version !== undefined) {
      entries.push({ version, lines: [line] });
    } else {
      entries.at(-1)?.lines.push(line);
    }
  }
  return entries;
}

/** CVE ids named by the entries after `olderVersion` up to and with `newerVersion`, by year and number. */
export function changelogBetween(
  text: string,
  olderVersion: string,
  newerVersion: string,
): readonly string[] {
  const entries = entriesBetween(text, olderVersion, newerVersion);
  const ids = entries.flatMap(({ lines }) => cvesIn(lines.join('\n')));
  return [...new Set(ids)].sort(compareCveIds);
}

/** The same, each with the newest item that names it. */
export function mentionsBetween(
  text: string,
  olderVersion: string,
  newerVersion: string,
): readonly CveMention[] {
  const lines = new Map<string, string>();
  const entries = entriesBetween(text, olderVersion, newerVersion);
  for (const item of entries.flatMap((entry) => itemsOf(entry.lines.slice(1)))) {
    for (const id of cvesIn(item).filter((each) => !lines.has(each))) {
      lines.set(id, lineOf(item, id));
    }
  }
  return [...lines].map(([id, line]) => ({ id, line })).sort((a, b) => compareCveIds(a.id, b.id));
}

function entriesBetween(text: string, olderVersion: string, newerVersion: string): readonly Entry[] {
  return entriesOf(text)
    .filter(({ version }) => compareVersions(version, olderVersion) > 0)
    .filter(({ version }) => compareVersions(version, newerVersion) <= 0);
}

function cvesIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(CVE)].map(([id]) => id.toUpperCase()))];
}

/** An item goes on, over wrapped lines, until the next one, a blank line or the trailer. */
function itemsOf(lines: readonly string[]): readonly string[] {
  const items: string[][] = [];
  let isOpen = false;
  for (const line of lines) {
    if (line.trim() === '' || TRAILER.test(line)) {
      isOpen = false;
    } else if (isOpen && !ITEM_START.test(line)) {
      items.at(-1)?.push(line.trim());
    } else {
      items.push([line.replace(ITEM_START, '').trim()]);
      isOpen = true;
    }
  }
  return items.map((parts) => parts.join('\n'));
}

function lineOf(item: string, id: string): string {
  const whole = item.replaceAll('\n', ' ');
  if (whole.length <= MAX_ITEM_LENGTH) {
    return whole;
  }
  const line = item.split('\n').find((each) => each.toUpperCase().includes(id)) ?? whole;
  return line.slice(0, MAX_ITEM_LENGTH);
}

/** By year and number. */
export function compareCveIds(a: string, b: string): number {
  const [, yearA = '', numberA = ''] = a.split('-');
  const [, yearB = '', numberB = ''] = b.split('-');
  return Number(yearA) - Number(yearB) || Number(numberA) - Number(numberB);
}
