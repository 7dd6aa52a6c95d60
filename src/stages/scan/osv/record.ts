import { z } from 'zod';
import { compareVersions } from '../../../debian/index.ts';
import type { Severity } from '../../../model/index.ts';
import { severityOfVector, severityOfWord, worstSeverity } from '../severity.ts';
import type { OsvPackage } from './queries.ts';

const Severities = z.array(z.object({ type: z.string(), score: z.string() })).default([]);
const Words = z.looseObject({ severity: z.unknown().optional(), urgency: z.unknown().optional() }).nullish();

/** https://ossf.github.io/osv-schema/ 1.7, the fields we read. */
export const OsvRecord = z.object({
  id: z.string(),
  modified: z.string(),
  withdrawn: z.string().exactOptional(),
  aliases: z.array(z.string()).default([]),
  /** What a distribution's record is about. */
  upstream: z.array(z.string()).default([]),
  severity: Severities,
  database_specific: Words,
  affected: z
    .array(
      z.object({
        package: z.object({ ecosystem: z.string(), name: z.string() }).optional(),
        severity: Severities,
        ecosystem_specific: Words,
        database_specific: Words,
        ranges: z
          .array(
            z.object({
              type: z.string(),
              events: z.array(z.object({ introduced: z.string().optional(), fixed: z.string().optional() })),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
});
export type OsvRecord = z.output<typeof OsvRecord>;

/** A record as far as it is about one package. */
export interface KnownVulnerability {
  /** CVE where there is one: what everybody else calls it. */
  readonly id: string;
  readonly aliases: readonly string[];
  readonly severity: Severity;
  readonly fixed?: string;
}

/** One for each vulnerability that the record is about; none where it was withdrawn. */
export function vulnerabilitiesOf(record: OsvRecord, about: OsvPackage): readonly KnownVulnerability[] {
  if (record.withdrawn !== undefined) {
    return [];
  }
  const severity = severityOf(record, about);
  const fixed = fixedVersion(record, about);
  return namesOf(record).map((names) => ({ ...names, severity, ...(fixed !== undefined && { fixed }) }));
}

/**
 * `DEBIAN-CVE-…` is about the one CVE it names upstream, and is that; an advisory (`DSA-…`) may be about several, which
 * are not the same as each other.
 */
function namesOf({
  id,
  aliases,
  upstream,
}: OsvRecord): readonly Pick<KnownVulnerability, 'id' | 'aliases'>[] {
  if (upstream.length > 1) {
    return upstream.toSorted().map((one) => ({ id: one, aliases: [] }));
  }
  const names = [...new Set([id, ...aliases, ...upstream])];
  const cve = names.filter((name) => name.startsWith('CVE-')).sort()[0] ?? id;
  return [{ id: cve, aliases: names.filter((name) => name !== cve).sort() }];
}

function affectedOf(record: OsvRecord, { ecosystem, name }: OsvPackage): OsvRecord['affected'] {
  return record.affected.filter(
    ({ package: one }) =>
      one?.name === name && (one.ecosystem === ecosystem || one.ecosystem.startsWith(`${ecosystem}:`)),
  );
}

/** Words of the database, which somebody chose, before vectors. */
function severityOf(record: OsvRecord, about: OsvPackage): Severity {
  const affected = affectedOf(record, about);
  const words = [
    ...affected.flatMap((each) => [each.ecosystem_specific, each.database_specific]),
    record.database_specific,
  ].flatMap((each) => [each?.severity, each?.urgency]);
  const worded = worstSeverity(
    words.map((word) => (typeof word === 'string' ? severityOfWord(word) : 'unknown')),
  );
  if (worded !== 'unknown') {
    return worded;
  }
  const vectors = [...affected.flatMap((each) => each.severity), ...record.severity];
  return worstSeverity(vectors.map(({ score }) => severityOfVector(score)));
}

/** The lowest that is newer than what is installed: the end of the range it is in. */
function fixedVersion(record: OsvRecord, about: OsvPackage): string | undefined {
  const events = affectedOf(record, about)
    .flatMap(({ ranges }) => ranges)
    .filter(({ type }) => type !== 'GIT')
    .flatMap((range) => range.events);
  return events
    .flatMap(({ fixed }) => (fixed !== undefined && compareVersions(fixed, about.version) > 0 ? [fixed] : []))
    .sort(compareVersions)[0];
}
