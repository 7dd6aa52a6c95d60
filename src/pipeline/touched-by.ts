import type { CatalogEntry, MergedFinding } from '../model/index.ts';
import { readRelease } from '../stages/promote/index.ts';
import type { RunDeps } from './deps.ts';
import { placesOf } from './plan-image.ts';
import { scanPublished } from './scan-published.ts';

/** The images whose release holds a package that a fix of this vulnerability is out for. */
export async function touchedBy(
  vulnerability: string,
  entries: readonly CatalogEntry[],
  deps: RunDeps,
): Promise<readonly CatalogEntry[]> {
  const touched = await deps.pools.images.map(entries, async (entry) => ({
    entry,
    isTouched: await isTouched(vulnerability, entry, deps),
  }));
  const chosen = touched.flatMap((each) => (each.isTouched ? [each.entry] : []));
  deps.emit({ kind: 'notice', level: 'info', message: chosenText(vulnerability, chosen, entries.length) });
  return chosen;
}

async function isTouched(vulnerability: string, entry: CatalogEntry, deps: RunDeps): Promise<boolean> {
  const { repository } = placesOf(entry, deps);
  const released = await readRelease({ repository, track: entry.track }, deps);
  if (released === undefined) {
    return false;
  }
  const { scan } = await scanPublished({ repository, digest: released.digest }, deps);
  return scan.findings.some((finding) => isFixOf(finding, vulnerability));
}

function isFixOf({ id, aliases, fixed }: MergedFinding, vulnerability: string): boolean {
  return fixed !== undefined && [id, ...aliases].includes(vulnerability);
}

function chosenText(vulnerability: string, chosen: readonly CatalogEntry[], count: number): string {
  const what = `what a fix of ${vulnerability} touches`;
  return chosen.length === 0
    ? `none of ${String(count)} images holds ${what}, as far as the scanners know`
    : `${String(chosen.length)} of ${String(count)} images hold ${what}: ${chosen.map(({ id }) => id).join(', ')}`;
}
