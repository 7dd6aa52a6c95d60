import { z } from 'zod';
import {
  FactoryError,
  isDebianArchive,
  once,
  onceEach,
  type Finding,
  type NotAffected,
  type ScannerResult,
} from '../../../model/index.ts';
import { beyondDebian, installedSources, type InstalledSource } from '../installed.ts';
import { openFeed, type FeedDeps, type KeptFeed } from '../kept-feed.ts';
import { readAnswer } from '../read-answer.ts';
import type { Scanner, ScanSubject } from '../scanner.ts';
import { knowingStatus } from '../status.ts';
import { judgeEntry } from './judge.ts';
import { reduceTracker, type TrackerEntry, type TrackerIndex } from './tracker-index.ts';

const NAME = 'debian-tracker';
/** Of the rules by which findings are made. */
const VERSION = '1';
/** It has 70 MB. */
const MAX_BYTES = 512 << 20;

const IndexSchema: z.ZodType<TrackerIndex> = z.record(
  z.string(),
  z.record(z.string(), z.tuple([z.string(), z.string(), z.string(), z.string().nullable()])),
);

/**
 * What Debian's security team says of each vulnerability of a source package in a release, with and without a fix. It
 * knows Debian's packages and nothing else. All images of a run share one download.
 */
export function createDebianTrackerScanner(url: string, deps: FeedDeps): Scanner {
  const request = { name: NAME, url, maxBytes: MAX_BYTES, reduce: reduceTracker };
  const feed = once(() => openFeed(request, deps));
  const indexOf = onceEach(async (codename: string) => readIndex(await feed(), codename));
  return {
    name: NAME,
    prepare: () => {
      // who scans gets to know why it failed
      void feed().catch(() => undefined);
    },
    scan: async (subject) =>
      toResult(subject, { index: await indexOf(subject.codename), feed: await feed(), url }),
  };
}

function readIndex({ parts }: KeptFeed, codename: string): TrackerIndex {
  const json = parts.get(codename);
  if (json === undefined) {
    throw new FactoryError(
      'FEED_INVALID',
      `cannot scan ${codename}: the security tracker knows ${[...parts.keys()].sort().join(', ')}`,
    );
  }
  return readAnswer(json, IndexSchema, 'the copy of the security tracker');
}

interface Tracker {
  readonly index: TrackerIndex;
  readonly feed: KeptFeed;
  readonly url: string;
}

function toResult(subject: ScanSubject, { index, feed, url }: Tracker): ScannerResult {
  const sources = installedSources(subject).filter(({ archive }) => isDebianArchive(archive));
  const told = sources.flatMap((installed) =>
    Object.entries(index[installed.source] ?? {})
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, entry]) => tell({ id, entry, installed }, subject.codename)),
  );
  const findings = told.flatMap(({ finding }) => finding ?? []);
  const unseen = beyondDebian(subject);
  return {
    tool: NAME,
    toolVersion: VERSION,
    status: knowingStatus(feed, findings),
    ...(feed.stale && { reason: 'the security tracker did not answer' }),
    feed: url,
    feedDate: feed.checkedAt.toISOString(),
    findings,
    notAffected: told.flatMap(({ notAffected }) => notAffected ?? []),
    ...(unseen.length > 0 && { unseen }),
  };
}

interface Told {
  readonly id: string;
  readonly entry: TrackerEntry;
  readonly installed: InstalledSource;
}

function tell(
  { id, entry, installed }: Told,
  codename: string,
): { readonly finding?: Finding; readonly notAffected?: NotAffected } {
  const verdict = judgeEntry(entry, installed.sourceVersion);
  const common = {
    id,
    aliases: [],
    package: installed.package,
    source: installed.source,
    installed: installed.version,
    platforms: installed.platforms,
  };
  switch (verdict.kind) {
    case 'fixed':
      return {};
    case 'not-affected': {
      const statement = `Debian's security tracker: ${installed.source} of ${codename} is not affected`;
      return { notAffected: { ...common, justification: 'vulnerable_code_not_present', statement } };
    }
    case 'affected': {
      const { kind: _, severity, ...more } = verdict;
      return {
        finding: { ...common, ...more, severity, ...(severity !== 'unknown' && { severityFrom: 'debian' }) },
      };
    }
  }
}
