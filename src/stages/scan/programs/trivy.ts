import { z } from 'zod';
import type { Finding, VendorStatus } from '../../../model/index.ts';
import { readAnswer } from '../read-answer.ts';
import type { Scanner } from '../scanner.ts';
import { severityOfWord } from '../severity.ts';
import { createDatabaseScanner, type DatabaseProgram, type DatabaseStatus } from './database-scanner.ts';
import type { Programs } from './programs.ts';
import type { DescribedPlatform } from './sbom-files.ts';
import { sbomForTrivy } from './sbom-for-trivy.ts';

const NAME = 'trivy';

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

interface TrivyStatus extends DatabaseStatus {
  readonly version: string;
}

const TRIVY: DatabaseProgram<TrivyStatus> = {
  name: NAME,
  prefix: 'TRIVY_',
  env: { TRIVY_SKIP_VERSION_CHECK: 'true', TRIVY_DISABLE_TELEMETRY: 'true' },
  keepsDatabase: (environment) => environment['TRIVY_SKIP_DB_UPDATE'] === 'true',
  update: ['image', '--download-db-only', '--quiet'],
  status: ['version', '--format', 'json'],
  statusAccepts: [],
  readStatus: (stdout) => {
    const { Version: version, VulnerabilityDB: database } = readAnswer(
      stdout,
      TrivyVersion,
      'the version of trivy',
    );
    return { version, builtAt: database?.UpdatedAt ?? '', feed: 'trivy-db' };
  },
  adapt: sbomForTrivy,
  scan: (sbomFile) => ['sbom', '--format', 'json', '--skip-db-update', '--offline-scan', '--quiet', sbomFile],
  readReport: (stdout, described, { version }) => ({
    toolVersion: version,
    findings: findingsOf(readAnswer(stdout, TrivyReport, 'the answer of trivy'), described),
  }),
};

/** https://github.com/aquasecurity/trivy */
export function createTrivyScanner(programs: Programs): Scanner {
  return createDatabaseScanner(TRIVY, programs);
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
