import type { EcrScanStatus, EcrStatus, ImageStatus } from '../model/index.ts';
import { tableText } from './table.ts';
import { dayOf, shortDigits } from './units.ts';

/** `ingot status`: one line per image of the catalog, then what policy says no to. */
export function statusText(statuses: readonly ImageStatus[]): string {
  const columns = ['image', 'published', 'since', 'build id', 'reference'].map((title) => ({
    title,
    align: 'left' as const,
  }));
  const table = tableText(
    columns,
    statuses.map(({ id, ref, record }) =>
      ref === undefined || record === undefined
        ? [id, 'nothing yet']
        : [
            id,
            record.tags.unique,
            record.promotedAt,
            shortDigits(record.buildId),
            `${ref.repository}@${ref.digest}`,
          ],
    ),
  );
  const published = [table, ...statuses.flatMap(rollbackLine)].join('\n');
  return [published, ...ecrText(statuses), ...statuses.flatMap(failingText)].join('\n\n');
}

function rollbackLine({ id, record }: ImageStatus): readonly string[] {
  return record?.rolledBackFrom === undefined
    ? []
    : [`${id} was rolled back from ${record.rolledBackFrom} on ${record.promotedAt}: ${record.reason}`];
}

function failingText({ id, failing }: ImageStatus): readonly string[] {
  if (failing === undefined) {
    return [];
  }
  const { judged, since, reasons } = failing;
  const what = judged === 'release' ? 'failing since' : 'its next build is blocked since';
  const lines = reasons.map(({ rule, message }) => `  ${rule}: ${message}`);
  return [[`${id}: ${what} ${dayOf(since)}`, ...lines].join('\n')];
}

/** What ECR tells beside it, where the target is there. */
function ecrText(statuses: readonly ImageStatus[]): readonly string[] {
  const known = statuses.flatMap(({ id, ecr }) => (ecr?.kind === 'known' ? [{ id, ecr }] : []));
  const columns = ['image', 'last pull', 'scans', 'tags'].map((title) => ({ title, align: 'left' as const }));
  const rows = known.map(({ id, ecr }) => [
    id,
    ecr.lastPull === undefined ? 'none' : `${ecr.lastPull.at} ${ecr.lastPull.repository}`,
    scansText(ecr),
    ecr.tags.join(' '),
  ]);
  const reasons = statuses.flatMap(({ ecr }) => (ecr?.kind === 'unknown' ? [ecr.reason] : []));
  return [...(rows.length > 0 ? [tableText(columns, rows)] : []), ...unknownText(reasons)];
}

/** What hinders one mostly hinders all. */
function unknownText([first, ...others]: readonly string[]): readonly string[] {
  return first === undefined ? [] : [`ECR does not say more of ${others.length + 1} of them: ${first}`];
}

function scansText({ scans }: Extract<EcrStatus, { readonly kind: 'known' }>): string {
  return scans.map((scan) => `${scan.platform}: ${scanText(scan)}`).join('; ');
}

function scanText({ status, completedAt, severities }: EcrScanStatus): string {
  if (status === undefined) {
    return 'no scan';
  }
  const day = completedAt === undefined ? '' : ` ${dayOf(completedAt)}`;
  const counts = Object.entries(severities ?? {}).map(([severity, count]) => `${count} ${severity}`);
  return `${status}${day}${counts.length > 0 ? `, ${counts.join(', ')}` : ''}`;
}
