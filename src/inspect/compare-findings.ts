import type { FindingChange, FindingChanges } from '../model/index.ts';
import { compareText } from './read-packages.ts';

/** What one scanner reported of an image; undefined results mean that nobody scanned it. */
export interface ScannedFindings {
  readonly tool: string;
  /** *clean*, *stale* and so on, as attested. */
  readonly status: string;
  readonly findings: readonly Omit<FindingChange, 'scanners'>[];
}

/** Scanners that could not look say nothing about what they did not find. */
export function compareFindings(
  before: readonly ScannedFindings[],
  after: readonly ScannedFindings[],
): FindingChanges {
  const [old, now] = [before, after].map((side) => side.filter(({ status }) => status !== 'not-scanned'));
  const scanned = { before: (old ?? []).length > 0, after: (now ?? []).length > 0 };
  if (!scanned.before || !scanned.after) {
    return { scanned, appeared: [], gone: [] };
  }
  const [had, has] = [byKey(old ?? []), byKey(now ?? [])];
  return { scanned, appeared: only(has, had), gone: only(had, has) };
}

type ByKey = ReadonlyMap<string, FindingChange>;

function byKey(results: readonly ScannedFindings[]): ByKey {
  const all = results.flatMap(({ tool, findings }) => findings.map((finding) => ({ tool, finding })));
  const grouped = Map.groupBy(all, ({ finding }) => `${finding.package} ${finding.id}`);
  return new Map(
    [...grouped].flatMap(([key, [first, ...others]]) =>
      first === undefined
        ? []
        : [[key, { ...first.finding, scanners: toolsOf([first, ...others]) }] as const],
    ),
  );
}

function toolsOf(found: readonly { readonly tool: string }[]): readonly string[] {
  return [...new Set(found.map(({ tool }) => tool))].sort(compareText);
}

function only(these: ByKey, those: ByKey): readonly FindingChange[] {
  return [...these]
    .filter(([key]) => !those.has(key))
    .sort(([a], [b]) => compareText(a, b))
    .map(([, finding]) => finding);
}
