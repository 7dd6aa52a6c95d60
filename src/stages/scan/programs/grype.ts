import { z } from 'zod';
import type { Finding, VendorStatus } from '../../../model/index.ts';
import { readAnswer } from '../read-answer.ts';
import type { Scanner } from '../scanner.ts';
import { severityOfWord } from '../severity.ts';
import { createDatabaseScanner, type DatabaseProgram, type DatabaseStatus } from './database-scanner.ts';
import type { Programs } from './programs.ts';
import type { DescribedPlatform } from './sbom-files.ts';
import { nameInSbom, sbomForGrype } from './sbom-for-grype.ts';

const NAME = 'grype';

const GrypeReport = z.object({
  matches: z.array(
    z.object({
      vulnerability: z.object({
        id: z.string(),
        severity: z.string().default('Unknown'),
        namespace: z.string().default(''),
        fix: z.object({ versions: z.array(z.string()).nullish(), state: z.string().nullish() }).nullish(),
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
const GrypeStatus = z.object({
  built: z.string().nullish(),
  from: z.string().nullish(),
  valid: z.boolean().nullish(),
  error: z.string().nullish(),
});

const GRYPE: DatabaseProgram<DatabaseStatus> = {
  name: NAME,
  prefix: 'GRYPE_',
  env: {
    // it would look for every image, and wait for each where it cannot
    GRYPE_DB_AUTO_UPDATE: 'false',
    GRYPE_CHECK_FOR_APP_UPDATE: 'false',
    // how old it may be is for policy to say
    GRYPE_DB_VALIDATE_AGE: 'false',
  },
  keepsDatabase: (environment) => environment['GRYPE_DB_AUTO_UPDATE'] === 'false',
  update: ['db', 'update'],
  status: ['db', 'status', '-o', 'json'],
  statusAccepts: [1],
  readStatus,
  adapt: sbomForGrype,
  scan: (sbomFile) => [`sbom:${sbomFile}`, '--output', 'json'],
  readReport: (stdout, described) => {
    const report = readAnswer(stdout, GrypeReport, 'the answer of grype');
    return { toolVersion: report.descriptor.version, findings: findingsOf(report, described) };
  },
};

/** https://github.com/anchore/grype */
export function createGrypeScanner(programs: Programs): Scanner {
  return createDatabaseScanner(GRYPE, programs);
}

function readStatus(stdout: string): DatabaseStatus {
  const { built, from, valid, error } = readAnswer(
    stdout || '{}',
    GrypeStatus,
    'the status of the grype database',
  );
  return {
    builtAt: built ?? '',
    feed: from ?? '',
    ...(valid !== true && { problem: error || 'it has no database' }),
  };
}

type GrypeMatch = z.output<typeof GrypeReport>['matches'][number];

/** What grype has of Debian's tracker: it knows `nodsa` without its reason. */
const VENDOR_STATUS: Readonly<Record<string, VendorStatus>> = {
  fixed: 'resolved',
  'not-fixed': 'open',
  'wont-fix': 'no-dsa',
};

function findingsOf(
  { matches }: z.output<typeof GrypeReport>,
  { platform, sourceOf }: DescribedPlatform,
): readonly Finding[] {
  return matches.map(({ vulnerability, relatedVulnerabilities, artifact }) => {
    const { id, fix } = vulnerability;
    const fixed = fix?.versions?.[0];
    const related = (relatedVulnerabilities ?? []).map((each) => each.id);
    const name = nameInSbom(artifact.name);
    return {
      id,
      aliases: [...new Set(related.filter((other) => other !== id))].sort(),
      package: name,
      source: sourceOf(name) ?? artifact.upstreams?.[0]?.name ?? name,
      installed: artifact.version,
      ...(fixed !== undefined && { fixed }),
      ...judgementOf(vulnerability),
      platforms: [platform],
    };
  });
}

/** Of a Debian package, grype has the vendor's. */
function judgementOf({
  severity: word,
  namespace,
  fix,
}: GrypeMatch['vulnerability']): Pick<Finding, 'severity' | 'severityFrom' | 'vendorStatus'> {
  const isVendors = namespace.startsWith('debian:');
  const severity = severityOfWord(word);
  const status = isVendors ? VENDOR_STATUS[fix?.state ?? ''] : undefined;
  return {
    severity,
    ...(severity !== 'unknown' && { severityFrom: isVendors ? 'debian' : NAME }),
    ...(status !== undefined && { vendorStatus: status }),
  };
}
