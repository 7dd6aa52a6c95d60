import { z } from 'zod';
import type { RunOptions } from '../../../host/process.ts';
import {
  FactoryError,
  once,
  type Finding,
  type ScannerResult,
  type VendorStatus,
} from '../../../model/index.ts';
import { readAnswer } from '../read-answer.ts';
import type { Scanner, ScanSubject } from '../scanner.ts';
import { severityOfWord } from '../severity.ts';
import { knowingStatus } from '../status.ts';
import { findProgram, inheriting, runProgram, type Programs } from './programs.ts';
import { describedImage, joinPlatforms, type DescribedPlatform } from './sbom-files.ts';
import { sbomForTrivy } from './sbom-for-trivy.ts';

const NAME = 'trivy';
const UPDATE_TIMEOUT_MS = 300_000;
const SCAN_TIMEOUT_MS = 300_000;

const TrivyVersion = z.object({
  Version: z.string(),
  VulnerabilityDB: z.object({ UpdatedAt: z.string() }).nullish(),
});

const TrivyReport = z.object({
  Results: z
    .array(
      z.object({
        Vulnerabilities: z
          .array(
            z.object({
              VulnerabilityID: z.string(),
              VendorIDs: z.array(z.string()).nullish(),
              PkgName: z.string(),
              InstalledVersion: z.string(),
              FixedVersion: z.string().nullish(),
              Status: z.string().nullish(),
              Severity: z.string().default('UNKNOWN'),
              SeveritySource: z.string().nullish(),
            }),
          )
          .nullish(),
      }),
    )
    .nullish(),
});

/** What Trivy has of Debian's tracker, in its own words. */
const VENDOR_STATUS: Readonly<Record<string, VendorStatus>> = {
  affected: 'open',
  fixed: 'resolved',
  will_not_fix: 'ignored',
  fix_deferred: 'postponed',
  end_of_life: 'end-of-life',
  under_investigation: 'undetermined',
};

interface Database {
  readonly program: string;
  readonly version: string;
  readonly updated: Date;
}

/** https://github.com/aquasecurity/trivy on the SBOM of each platform. Its database is brought up to date once a run. */
export function createTrivyScanner(programs: Programs): Scanner {
  const database = once(() => openDatabase(programs));
  return {
    name: NAME,
    scan: async (subject) => {
      const opened = await database();
      return scan(subject, opened, programs);
    },
  };
}

function options(timeoutMs: number): RunOptions {
  return { timeoutMs, inherits: inheriting((variable) => variable.startsWith('TRIVY_')) };
}

async function openDatabase(programs: Programs): Promise<Database> {
  const program = await findProgram(NAME, programs);
  const outage = await updateDatabase(program, programs);
  const argv = [program, 'version', '--format', 'json'];
  const { stdout } = await runProgram(argv, options(UPDATE_TIMEOUT_MS), programs);
  const { Version: version, VulnerabilityDB: database } = readAnswer(
    stdout,
    TrivyVersion,
    'the version of trivy',
  );
  const updated = new Date(database?.UpdatedAt ?? '');
  if (Number.isNaN(updated.getTime())) {
    throw (
      outage ?? new FactoryError('TOOL_FAILED', 'cannot scan with trivy: it has no vulnerability database')
    );
  }
  return { program, version, updated };
}

/** Why it could not be done: then the database that is there has to do. Not done where the user forbids it. */
async function updateDatabase(program: string, programs: Programs): Promise<FactoryError | undefined> {
  if (programs.environment['TRIVY_SKIP_DB_UPDATE'] === 'true') {
    return undefined;
  }
  try {
    const argv = [program, 'image', '--download-db-only', '--quiet'];
    await runProgram(argv, options(UPDATE_TIMEOUT_MS), programs);
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
  for (const described of await describedImage(subject, programs.files, sbomForTrivy)) {
    const argv = trivyArgs(database.program, described.file);
    const { stdout } = await runProgram(argv, options(SCAN_TIMEOUT_MS), programs);
    found.push(...findingsOf(readAnswer(stdout, TrivyReport, 'the answer of trivy'), described));
  }
  const findings = joinPlatforms(found);
  return {
    tool: NAME,
    toolVersion: database.version,
    status: knowingStatus({ stale: false }, findings),
    feed: 'trivy-db',
    feedDate: database.updated.toISOString(),
    findings,
  };
}

export function trivyArgs(program: string, sbomFile: string): readonly string[] {
  return [program, 'sbom', '--format', 'json', '--skip-db-update', '--offline-scan', '--quiet', sbomFile];
}

function findingsOf(
  { Results: results }: z.output<typeof TrivyReport>,
  { platform, sourceOf }: DescribedPlatform,
): readonly Finding[] {
  const found = (results ?? []).flatMap(({ Vulnerabilities: each }) => each ?? []);
  return found.map((one) => {
    const severity = severityOfWord(one.Severity);
    const status = VENDOR_STATUS[one.Status ?? ''];
    const source = sourceOf(one.PkgName);
    return {
      id: one.VulnerabilityID,
      aliases: [],
      package: one.PkgName,
      source: source ?? one.PkgName,
      installed: one.InstalledVersion,
      ...(one.FixedVersion && { fixed: one.FixedVersion }),
      severity,
      ...(severity !== 'unknown' && { severityFrom: one.SeveritySource === 'debian' ? 'debian' : NAME }),
      ...(status !== undefined && source !== undefined && { vendorStatus: status }),
      platforms: [platform],
    };
  });
}
