import { FactoryError } from '../model/index.ts';
import type {
  CatalogEntry,
  GateReason,
  ImageOutcome,
  ImageRun,
  MergedFinding,
  Policy,
  ScanReport,
} from '../model/index.ts';
import { requiredScannersLooked } from '../stages/gate/index.ts';
import { readRelease } from '../stages/promote/index.ts';
import type { RunDeps } from './deps.ts';
import { outcomeOfError } from './image-failure.ts';
import { placesOf } from './plan-image.ts';
import { scanPublished } from './scan-published.ts';

/** What a fix touches: images that hold it are made; of those that nobody can tell of, a run says so. */
export interface Touched {
  readonly entries: readonly CatalogEntry[];
  readonly undecided: readonly ImageRun[];
}

/** The images whose release holds a package that a fix of this vulnerability is out for. */
export async function touchedBy(
  vulnerability: string,
  entries: readonly CatalogEntry[],
  deps: RunDeps,
): Promise<Touched> {
  const looks = await deps.pools.images.map(entries, (entry) => look(vulnerability, entry, deps));
  const touched = looks.flatMap(({ kind, entry }) => (kind === 'touched' ? [entry] : []));
  const undecided = looks.flatMap(({ entry, ...looked }) =>
    looked.kind === 'undecided' ? [{ entry, outcome: looked.outcome, stages: [] }] : [],
  );
  tell({ vulnerability, touched, undecided, count: entries.length }, deps);
  return { entries: touched, undecided };
}

type Look = { readonly entry: CatalogEntry } & (
  { readonly kind: 'touched' | 'untouched' } | { readonly kind: 'undecided'; readonly outcome: ImageOutcome }
);

async function look(vulnerability: string, entry: CatalogEntry, deps: RunDeps): Promise<Look> {
  try {
    const { repository } = placesOf(entry, deps);
    const released = await readRelease({ repository, track: entry.track }, deps);
    if (released === undefined) {
      return { entry, kind: 'untouched' };
    }
    const { scan } = await scanPublished({ repository, digest: released.digest }, deps);
    const touch = decideTouch(vulnerability, scan, deps.catalog.policy);
    if (touch.kind === 'undecided') {
      throw undecidedError(vulnerability, entry, touch.reasons);
    }
    return { entry, kind: touch.kind };
  } catch (error) {
    return { entry, kind: 'undecided', outcome: await outcomeOfError(error, { entry, at: 'scan' }, deps) };
  }
}

export type Touch =
  | { readonly kind: 'touched' | 'untouched' }
  | { readonly kind: 'undecided'; readonly reasons: readonly GateReason[] };

/** That nobody found it is worth as much as those who looked: all that policy requires, and anybody at all. */
export function decideTouch(vulnerability: string, scan: ScanReport, policy: Policy): Touch {
  if (scan.findings.some((finding) => isFixOf(finding, vulnerability))) {
    return { kind: 'touched' };
  }
  const reasons = requiredScannersLooked({ scan }, { policy });
  if (reasons.length > 0) {
    return { kind: 'undecided', reasons };
  }
  return scan.results.every(({ status }) => status === 'not-scanned')
    ? { kind: 'undecided', reasons: [{ rule: 'not-scanned', message: 'no scanner looked' }] }
    : { kind: 'untouched' };
}

function isFixOf({ id, aliases, fixed }: MergedFinding, vulnerability: string): boolean {
  return fixed !== undefined && [id, ...aliases].includes(vulnerability);
}

function undecidedError(
  vulnerability: string,
  { id }: CatalogEntry,
  reasons: readonly GateReason[],
): FactoryError {
  const isStale = reasons.every(({ rule }) => rule === 'scanner-stale');
  const why = reasons.map(({ message }) => message).join('; ');
  return new FactoryError(
    isStale ? 'SCAN_STALE' : 'SCAN_MISSING',
    `cannot tell whether a fix of ${vulnerability} touches ${id}: ${why}`,
    {
      hint: 'run it again once the scanner answers; `ingot nightly` makes whatever is due without asking it',
    },
  );
}

interface Told {
  readonly vulnerability: string;
  readonly touched: readonly CatalogEntry[];
  readonly undecided: readonly ImageRun[];
  readonly count: number;
}

function tell({ vulnerability, touched, undecided, count }: Told, { emit }: RunDeps): void {
  const what = `what a fix of ${vulnerability} touches`;
  const chosen =
    touched.length === 0
      ? `none of ${String(count)} images is known to hold ${what}`
      : `${String(touched.length)} of ${String(count)} images hold ${what}: ${namesOf(touched)}`;
  emit({ kind: 'notice', level: 'info', message: chosen });
  if (undecided.length > 0) {
    const message = `${String(undecided.length)} of ${String(count)} images nobody can tell of: ${namesOf(undecided.map(({ entry }) => entry))}`;
    emit({ kind: 'notice', level: 'warn', message });
  }
}

function namesOf(entries: readonly Pick<CatalogEntry, 'id'>[]): string {
  return entries.map(({ id }) => id).join(', ');
}
