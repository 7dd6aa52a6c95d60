import { changelogBetween, indexesOf, newestPackage, readNews } from '../../../debian/index.ts';
import type { IndexedPackage, PackageNews } from '../../../debian/index.ts';
import { FactoryError } from '../../../model/index.ts';
import type { Finding, ScannerResult, ScanStatus } from '../../../model/index.ts';
import { architectureOf } from '../../../oci/index.ts';
import { beyondArchives } from '../installed.ts';
import type { Scanner, ScanSubject } from '../scanner.ts';
import { suitesOf } from './archive.ts';
import type { FetchPackage, ScannedArchive, ScannedSuite } from './archive.ts';
import { pendingUpdates } from './pending-updates.ts';
import type { PendingUpdate } from './pending-updates.ts';

export interface DebianArchiveDeps {
  readonly archive: ScannedArchive;
  readonly fetchPackage: FetchPackage;
}

const NAME = 'debian-archive';
/** Of the rules by which findings are made. */
const VERSION = '1';

/** Where the changelog names no CVE, or cannot be read. */
const PENDING_UPDATE = 'pending-update';

/**
 * Compares what is installed with Debian's signed indexes. It knows what Debian has fixed, not what is
 * vulnerable: its best result is *up to date*.
 */
export function createDebianArchiveScanner(deps: DebianArchiveDeps): Scanner {
  const news = createNewsReader(deps.fetchPackage);
  return {
    name: NAME,
    scan: async (subject) => scanSuites(subject, await suitesOf(subject, deps.archive), news),
  };
}

async function scanSuites(
  subject: ScanSubject,
  suites: readonly ScannedSuite[],
  news: NewsReader,
): Promise<ScannerResult> {
  const unopened = subject.platforms.filter(
    ({ platform }) => indexesOf(suites, architectureOf(platform)).length === 0,
  );
  if (unopened.length > 0) {
    const places = unopened.map(({ platform }) => platform).join(', ');
    throw new FactoryError('INDEX_INVALID', `cannot scan ${places}: no index of ${subject.codename} is open`);
  }
  const findings: Finding[] = [];
  for (const update of pendingUpdates(subject, suites)) {
    findings.push(...(await toFindings(update, suites, news)));
  }
  const expiry = firstExpiry(suites);
  const unseen = beyondArchives(subject, new Set(suites.map(({ archive }) => archive)));
  return {
    tool: NAME,
    toolVersion: VERSION,
    status: statusOf(suites, findings),
    feed: suites.map(({ suite, release }) => `${suite} of ${release.date.toISOString()}`).join(', '),
    feedDate: lastHeardOf(suites).toISOString(),
    ...(expiry === undefined ? {} : { feedValidUntil: expiry.toISOString() }),
    findings,
    ...(unseen.length > 0 && { unseen }),
  };
}

/** For the suite where that is longest ago. */
function lastHeardOf(suites: readonly ScannedSuite[]): Date {
  return new Date(Math.min(...suites.map(({ checkedAt }) => checkedAt.getTime())));
}

function statusOf(suites: readonly ScannedSuite[], findings: readonly Finding[]): ScanStatus {
  if (suites.some(({ stale }) => stale)) {
    return 'stale';
  }
  return findings.length > 0 ? 'findings' : 'up-to-date';
}

/** Stable releases are signed without an end: only updates and security have one. */
function firstExpiry(suites: readonly ScannedSuite[]): Date | undefined {
  const ends = suites.flatMap(({ release: { validUntil } }) =>
    validUntil === undefined ? [] : [validUntil],
  );
  return ends.toSorted((a, b) => a.getTime() - b.getTime())[0];
}

async function toFindings(
  update: PendingUpdate,
  suites: readonly ScannedSuite[],
  news: NewsReader,
): Promise<readonly Finding[]> {
  const { installed, newest } = update;
  const found = await changesOf(update, suites, news);
  const ids =
    found === undefined ? [] : changelogBetween(found.text, installed.source.version, newest.source.version);
  return (ids.length > 0 ? ids : [PENDING_UPDATE]).map((id) => ({
    id,
    aliases: [],
    package: installed.name,
    source: update.source,
    installed: installed.version,
    fixed: newest.version,
    suite: update.suite,
    ...(found === undefined ? {} : { fixedSince: new Date(found.date * 1000).toISOString() }),
    severity: 'unknown',
    platforms: update.platforms,
  }));
}

/** The changelog in the new package, or in the package of the same release that its folder is a link to. */
async function changesOf(
  { newest, architecture }: PendingUpdate,
  suites: readonly ScannedSuite[],
  news: NewsReader,
): Promise<{ readonly date: number; readonly text: string } | undefined> {
  const own = await news(newest);
  if (own?.changelog.kind !== 'elsewhere') {
    return toChanges(own);
  }
  const other = newestPackage(indexesOf(suites, architecture), { name: own.changelog.package, architecture });
  return other === undefined ? undefined : toChanges(await news(other));
}

function toChanges(
  news: PackageNews | undefined,
): { readonly date: number; readonly text: string } | undefined {
  if (news === undefined) {
    return undefined;
  }
  return { date: news.date, text: news.changelog.kind === 'text' ? news.changelog.text : '' };
}

type NewsReader = (wanted: IndexedPackage) => Promise<PackageNews | undefined>;

/** Each .deb is read once a run; that one cannot be had makes a finding less exact, not less true. */
function createNewsReader(fetchPackage: FetchPackage): NewsReader {
  const known = new Map<string, Promise<PackageNews | undefined>>();
  async function read(wanted: IndexedPackage): Promise<PackageNews | undefined> {
    try {
      return await readNews(await fetchPackage(wanted), wanted.name);
    } catch (error) {
      if (error instanceof FactoryError && error.code !== 'CANCELLED') {
        return undefined;
      }
      throw error;
    }
  }
  return (wanted) => {
    const reading = known.get(wanted.sha256) ?? read(wanted);
    known.set(wanted.sha256, reading);
    return reading;
  };
}
