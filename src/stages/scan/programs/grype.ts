import { z } from 'zod';
import type { RunOptions } from '../../../host/process.ts';
import { FactoryError, once, type Finding, type ScannerResult } from '../../../model/index.ts';
import { readAnswer } from '../read-answer.ts';
import type { Scanner, ScanSubject } from '../scanner.ts';
import { severityOfWord } from '../severity.ts';
import { knowingStatus } from '../status.ts';
import { findProgram, inheriting, runProgram, type Programs } from './programs.ts';
import { describedImage, joinPlatforms, type DescribedPlatform } from './sbom-files.ts';

const NAME = 'grype';
const UPDATE_TIMEOUT_MS = 300_000;
const SCAN_TIMEOUT_MS = 300_000;

const GrypeReport = z.object({
  matches: z.array(
    z.object({
      vulnerability: z.object({
        id: z.string(),
        severity: z.string().default('Unknown'),
        namespace: z.string().default(''),
        fix: z.object({ versions: z.array(z.string()).nullish() }).nullish(),
      }),
      relatedVulnerabilities: z.array(z.object({ id: z.string() })).nullish(),
      artifact: z.object({
        name: z.string(),
        version: z.string(),
        upstreams: z.array(z.object({ name: z.string() })).nullish(),
      }),
    }),
  ),
  descriptor: z.object({ version: z.string() }),
});

/** `grype db status -o json`; `built` moved nowhere since its database has a version 5. */
const DatabaseStatus = z.object({
  built: z.string().nullish(),
  from: z.string().nullish(),
  valid: z.boolean().nullish(),
});

interface Database {
  readonly program: string;
  readonly built: Date;
  readonly from: string;
}

/** https://github.com/anchore/grype on the SBOM of each platform. Its database is brought up to date once a run. */
export function createGrypeScanner(programs: Programs): Scanner {
  const database = once(() => openDatabase(programs));
  return {
    name: NAME,
    scan: async (subject) => {
      const opened = await database();
      return scan(subject, opened, programs);
    },
  };
}

/** grype would update for every image, and wait for each where it cannot. */
function options(timeoutMs: number): RunOptions {
  return {
    timeoutMs,
    inherits: inheriting((variable) => variable.startsWith('GRYPE_')),
    env: { GRYPE_DB_AUTO_UPDATE: 'false', GRYPE_CHECK_FOR_APP_UPDATE: 'false' },
  };
}

async function openDatabase(programs: Programs): Promise<Database> {
  const program = await findProgram(NAME, programs);
  const outage = await updateDatabase(program, programs);
  const status = await runProgram(
    [program, 'db', 'status', '-o', 'json'],
    // 1: there is none, or it is damaged, as the JSON says
    { ...options(UPDATE_TIMEOUT_MS), accepts: [1] },
    programs,
  );
  const { built, from, valid } = readAnswer(
    status.stdout || '{}',
    DatabaseStatus,
    'the status of the grype database',
  );
  const date = new Date(built ?? '');
  if (valid !== true || Number.isNaN(date.getTime())) {
    throw (
      outage ?? new FactoryError('TOOL_FAILED', 'cannot scan with grype: it has no vulnerability database')
    );
  }
  return { program, built: date, from: from ?? '' };
}

/** Why it could not be done: then the database that is there has to do. Not done where the user forbids it. */
async function updateDatabase(program: string, programs: Programs): Promise<FactoryError | undefined> {
  if (programs.environment['GRYPE_DB_AUTO_UPDATE'] === 'false') {
    return undefined;
  }
  try {
    await runProgram([program, 'db', 'update'], options(UPDATE_TIMEOUT_MS), programs);
    return undefined;
  } catch (error) {
    if (error instanceof FactoryError && error.code !== 'CANCELLED') {
      return error;
    }
    throw error;
  }
}

async function scan(subject: ScanSubject, database: Database, programs: Programs): Promise<ScannerResult> {
  const found: Finding[] = [];
  let version = '';
  for (const described of await describedImage(subject, programs.files)) {
    const argv = grypeArgs(database.program, described.file);
    const { stdout } = await runProgram(argv, options(SCAN_TIMEOUT_MS), programs);
    const report = readAnswer(stdout, GrypeReport, 'the answer of grype');
    version = report.descriptor.version;
    found.push(...findingsOf(report, described));
  }
  const findings = joinPlatforms(found);
  return {
    tool: NAME,
    toolVersion: version,
    status: knowingStatus({ stale: false }, findings),
    feed: database.from,
    feedDate: database.built.toISOString(),
    findings,
  };
}

export function grypeArgs(program: string, sbomFile: string): readonly string[] {
  return [program, `sbom:${sbomFile}`, '--output', 'json', '--quiet'];
}

type GrypeMatch = z.output<typeof GrypeReport>['matches'][number];

function findingsOf(
  { matches }: z.output<typeof GrypeReport>,
  { platform, sourceOf }: DescribedPlatform,
): readonly Finding[] {
  return matches.map(({ vulnerability, relatedVulnerabilities, artifact }) => {
    const { id, fix } = vulnerability;
    const fixed = fix?.versions?.[0];
    const related = (relatedVulnerabilities ?? []).map((each) => each.id);
    return {
      id,
      aliases: [...new Set(related.filter((name) => name !== id))].sort(),
      package: artifact.name,
      source: sourceOf(artifact.name) ?? artifact.upstreams?.[0]?.name ?? artifact.name,
      installed: artifact.version,
      ...(fixed !== undefined && { fixed }),
      ...ratingOf(vulnerability),
      platforms: [platform],
    };
  });
}

/** Of a Debian package, grype has the vendor's. */
function ratingOf({
  severity: word,
  namespace,
}: GrypeMatch['vulnerability']): Pick<Finding, 'severity' | 'severityFrom'> {
  const severity = severityOfWord(word);
  const from = namespace.startsWith('debian:') ? 'debian' : NAME;
  return severity === 'unknown' ? { severity } : { severity, severityFrom: from };
}
