import { FactoryError, type Finding, type ScannerResult } from '../../../model/index.ts';
import type { Scanner, ScanSubject } from '../scanner.ts';
import { knowingStatus } from '../status.ts';
import { createOsvKnowledge, type OsvAnswer, type OsvDeps, type OsvKnowledge } from './knowledge.ts';
import { osvQueries, queryKey, unaskedNames, type OsvQuery } from './queries.ts';
import { vulnerabilitiesOf } from './record.ts';

const NAME = 'osv';
/** Of the rules by which findings are made. */
const VERSION = '1';

/** What osv.dev knows of Debian's sources, of npm packages, and of the upstream programs that it has a name for. */
export function createOsvScanner(deps: OsvDeps): Scanner {
  const knowledge = createOsvKnowledge(deps);
  return { name: NAME, scan: (subject) => scan(subject, knowledge, deps) };
}

async function scan(subject: ScanSubject, knowledge: OsvKnowledge, deps: OsvDeps): Promise<ScannerResult> {
  const queries = osvQueries(subject);
  const answers = await knowledge.of(queries);
  const answered = queries.filter((query) => answers.has(queryKey(query)));
  const outage = knowledge.outage();
  if (answered.length === 0 && queries.length > 0) {
    throw outage ?? new FactoryError('FEED_INVALID', 'cannot scan with osv: it answered nothing');
  }
  const dates = [...answers.values()].map(({ askedAt }) => askedAt.getTime());
  const oldest = new Date(Math.min(deps.runStartedAt.getTime(), ...dates));
  const stale = oldest < deps.runStartedAt || answered.length < queries.length;
  const findings = answered.flatMap((query) => findingsOf(query, answers.get(queryKey(query))));
  const unseen = unaskedNames(subject, answered);
  return {
    tool: NAME,
    toolVersion: VERSION,
    status: knowingStatus({ stale }, findings),
    ...(stale && { reason: 'osv did not answer' }),
    feed: deps.base,
    feedDate: oldest.toISOString(),
    findings,
    ...(unseen.length > 0 && { unseen }),
  };
}

/** Several records may be about one vulnerability: merging makes one of them. */
function findingsOf(query: OsvQuery, answer: OsvAnswer | undefined): readonly Finding[] {
  const known = (answer?.records ?? []).flatMap((record) => vulnerabilitiesOf(record, query));
  const { package: name, source, installed, platforms } = query;
  return known
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, aliases, severity, fixed }) => ({
      id,
      aliases,
      package: name,
      source,
      installed,
      ...(fixed !== undefined && { fixed }),
      severity,
      ...(severity !== 'unknown' && { severityFrom: NAME }),
      platforms,
    }));
}
