import {
  daysLeft,
  decisionSubject,
  endsSoon,
  isTooLong,
  matchesPattern,
  type BrokenImage,
  type Catalog,
  type CatalogEntry,
  type Decision,
  type ImageRun,
  type Run,
} from '../model/index.ts';
import type { ReportedDecision } from './decision-schema.ts';
import { countText } from './units.ts';

/** What the catalog says, whatever of it was run. */
export interface DecidedCatalog extends Pick<Catalog, 'decisions'> {
  readonly entries: readonly Pick<CatalogEntry, 'id'>[];
  readonly broken: readonly Pick<BrokenImage, 'id'>[];
}

/** Every decision of the catalog, by file, with what became of it in the run. */
export function toReportedDecisions(
  { images, startedAt }: Pick<Run, 'images' | 'startedAt'>,
  catalog: DecidedCatalog,
): ReportedDecision[] {
  const ids = [...catalog.entries, ...catalog.broken].map(({ id }) => id);
  return catalog.decisions
    .toSorted((a, b) => (a.file < b.file ? -1 : 1))
    .map((decision) => {
      const meant = ids.filter((id) => matchesPattern(id, decision.target));
      return toReportedDecision(decision, metIn(images, decision, meant), new Date(startedAt));
    });
}

/** What the run found out about one decision. */
type Met = Pick<ReportedDecision, 'uses' | 'blocks' | 'notLookedAt'>;

function metIn(images: readonly ImageRun[], { kind, file }: Decision, meant: readonly string[]): Met {
  const looked = images
    .filter(({ decisions }) => decisions?.asked.includes(kind))
    .map(({ entry }) => entry.id);
  return {
    uses: images.flatMap(({ entry, decisions }) =>
      (decisions?.uses ?? [])
        .filter((use) => use.file === file)
        .map(({ what }) => ({ image: entry.id, what })),
    ),
    blocks: images.filter((image) => isBlockedBy(image, file)).map(({ entry }) => entry.id),
    notLookedAt: meant.filter((id) => !looked.some((each) => each === id)).sort(),
  };
}

function isBlockedBy({ outcome }: ImageRun, file: string): boolean {
  return outcome.kind === 'blocked' && outcome.reasons.some(({ decisions = [] }) => decisions.includes(file));
}

function toReportedDecision(decision: Decision, met: Met, now: Date): ReportedDecision {
  const { file, kind, target, owner, reason, expires } = decision;
  const subject = decisionSubject(decision);
  const state = stateOf(decision, met, now);
  const note = noteOn(decision, { state, ...met }, now);
  return { file, kind, target, subject, owner, reason, expires, state, ...met, note };
}

function stateOf(
  { kind, expires }: Decision,
  { uses, blocks, notLookedAt }: Met,
  now: Date,
): ReportedDecision['state'] {
  if (kind === 'withdraw') {
    return uses.length + blocks.length > 0 ? 'used' : 'standing';
  }
  if (daysLeft(expires, now) < 0) {
    return 'expired';
  }
  if (uses.length > 0) {
    return 'used';
  }
  if (blocks.length > 0) {
    return 'contradicted';
  }
  return notLookedAt.length > 0 ? 'not-looked-at' : 'unused';
}

type Judged = Pick<ReportedDecision, 'state' | 'blocks' | 'notLookedAt'>;

/** Nothing that may still be needed is called removable. */
function noteOn(decision: Decision, judged: Judged, now: Date): string | null {
  switch (judged.state) {
    case 'unused':
      return 'nothing needed it: it can be removed';
    case 'expired':
      return expiredNote(judged);
    case 'contradicted':
      return 'what it says is not so: remove it, or mend what it is about';
    case 'standing':
    case 'used':
      return endNote(decision, now);
    case 'not-looked-at':
      return endNote(decision, now) ?? (decision.kind === 'waive' ? WAIVERS_WANT_ALL : null);
  }
}

const WAIVERS_WANT_ALL = 'a waiver is known to be idle only where every scanner looked';

function expiredNote({ blocks, notLookedAt }: Judged): string {
  if (blocks.length > 0) {
    return 'prolong it, or mend what needed it and remove it';
  }
  return notLookedAt.length > 0 ? 'prolong it, or remove it' : 'it blocks nothing: it can be removed';
}

function endNote(decision: Decision, now: Date): string | null {
  const left = daysLeft(decision.expires, now);
  if (isTooLong(decision, now)) {
    return tooLongText(decision);
  }
  if (decision.kind === 'withdraw') {
    return left < 0 ? 'its day is past, and it goes on counting: look at it again' : null;
  }
  return endsSoon(decision, now) ? `ends ${left === 0 ? 'today' : `in ${countText(left, 'day')}`}` : null;
}

/** Of an exception that is none any more, or has a slip in its date. */
export function tooLongText({ expires }: Pick<Decision, 'expires'>): string {
  return `${expires} is more than a year away: an exception is for a while`;
}
