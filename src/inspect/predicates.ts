import { z } from 'zod';
import type { ScanSummary, Vouched } from '../model/index.ts';
import { PREDICATE_TYPE } from '../oci/index.ts';
import type { AttestedStatement } from './attested.ts';
import type { ScannedFindings } from './compare-findings.ts';
import type { UpstreamSoftware } from './compare-packages.ts';

/** The fields that are shown; any tool may have written the rest. */
const Items = z.array(z.unknown()).default([]);
const CycloneDx = z.object({ specVersion: z.string().default('?'), components: Items });
const Spdx = z.object({ spdxVersion: z.string().default('SPDX'), packages: Items });
const TestResult = z.object({ result: z.string(), passedTests: Items, failedTests: Items });
const Provenance = z.object({
  buildDefinition: z.object({ resolvedDependencies: Items }),
  runDetails: z.object({ builder: z.object({ id: z.string() }) }),
});
const Vex = z.object({
  statements: z.array(
    z.object({
      status: z.string(),
      vulnerability: z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]),
    }),
  ),
});
const Changes = z.object({ previous: z.object({ tag: z.string() }), packages: Items });
const Release = z.object({ sequence: z.int(), tags: z.object({ unique: z.string() }) });

const Named = z.object({ name: z.string(), version: z.string() });
const LockSchema = z.object({
  lock: z.object({
    version: z.string().default(''),
    platforms: z.array(
      z.object({
        platform: z.string(),
        layers: z.array(z.object({ packages: z.array(Named), artifacts: z.array(Named) })),
      }),
    ),
  }),
});

const Severity = z.string().default('unknown');
const ScanSchema = z.object({
  scanner: z.object({
    uri: z.string(),
    version: z.string().default(''),
    db: z.object({ version: z.string().default('') }).optional(),
    /** Ours; other tools write what they like there. */
    result: z.unknown().optional(),
  }),
  metadata: z.object({ scanFinishedOn: z.string().default('') }).optional(),
});
const ResultSchema = z.object({
  status: z.string(),
  findings: z.array(
    z.object({ id: z.string(), package: z.string(), installed: z.string(), severity: Severity }),
  ),
});

type Say = (predicate: unknown) => string | undefined;

/** What each type of attestation says, in a few words. */
const SAYS: Readonly<Record<string, Say>> = {
  [PREDICATE_TYPE.cyclonedx]: told(
    CycloneDx,
    ({ specVersion, components }) => `CycloneDX ${specVersion}, ${String(components.length)} components`,
  ),
  [PREDICATE_TYPE.spdx]: told(
    Spdx,
    ({ spdxVersion, packages }) => `${spdxVersion}, ${String(packages.length)} packages`,
  ),
  [PREDICATE_TYPE.vulnerabilities]: (predicate) => {
    const scan = toScan(predicate, { verified: false, signer: '' });
    return scan === undefined ? undefined : `${scan.tool}: ${scan.status}`;
  },
  [PREDICATE_TYPE.testResult]: told(
    TestResult,
    ({ result, passedTests, failedTests }) =>
      `${result}: ${String(passedTests.length)} passed, ${String(failedTests.length)} failed`,
  ),
  [PREDICATE_TYPE.lock]: told(LockSchema, ({ lock }) => {
    const names = lock.platforms.flatMap(({ layers }) => layers.flatMap((layer) => layer.packages));
    return `version ${lock.version}, ${String(new Set(names.map(({ name }) => name)).size)} Debian packages`;
  }),
  [PREDICATE_TYPE.release]: told(
    Release,
    ({ sequence, tags }) => `release ${String(sequence)}, ${tags.unique}`,
  ),
  [PREDICATE_TYPE.changes]: told(
    Changes,
    ({ previous, packages }) => `${String(packages.length)} packages changed since ${previous.tag}`,
  ),
  'https://slsa.dev/provenance/v1': told(
    Provenance,
    ({ buildDefinition, runDetails }) =>
      `${String(buildDefinition.resolvedDependencies.length)} dependencies, built by ${runDetails.builder.id}`,
  ),
  [PREDICATE_TYPE.vex]: told(Vex, ({ statements }) =>
    [...Map.groupBy(statements, ({ status }) => status)]
      .map(([status, some]) => `${status}: ${someOf(some.map(({ vulnerability }) => vulnerability))}`)
      .join('; '),
  ),
};

/** Names that fit on a line. */
const NAMED = 5;

function someOf(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return [names.slice(0, NAMED).join(', '), ...(rest > 0 ? [`and ${String(rest)} more`] : [])].join(' ');
}

function told<T>(schema: z.ZodType<T>, say: (value: T) => string): Say {
  return (predicate) => {
    const parsed = schema.safeParse(predicate);
    return parsed.success ? say(parsed.data) : undefined;
  };
}

/** Empty for what nobody here knows. */
export function predicateText(predicateType: string, predicate: unknown): string {
  return SAYS[predicateType]?.(predicate) ?? '';
}

/** A scan report as attested; undefined for what is none. */
export function toScan(predicate: unknown, { verified, signer }: Vouched): ScanSummary | undefined {
  const parsed = ScanSchema.safeParse(predicate);
  if (!parsed.success) {
    return undefined;
  }
  const { scanner, metadata } = parsed.data;
  const result = ResultSchema.safeParse(scanner.result).data;
  const counts = Object.entries(Object.groupBy(result?.findings ?? [], ({ severity }) => severity));
  return {
    tool: scanner.uri,
    toolVersion: scanner.version,
    status: result?.status ?? 'scanned by another tool',
    feedDate: scanner.db?.version ?? '',
    scannedAt: metadata?.scanFinishedOn ?? '',
    findings: Object.fromEntries(counts.map(([severity, found]) => [severity, found?.length ?? 0])),
    verified,
    signer,
  };
}

/** What our scan reports found. Others' are in formats of their own. */
export function scannedFindings(statements: readonly AttestedStatement[]): readonly ScannedFindings[] {
  return ofType(statements, PREDICATE_TYPE.vulnerabilities).flatMap(({ predicate }) => {
    const scan = ScanSchema.safeParse(predicate).data?.scanner;
    const result = ResultSchema.safeParse(scan?.result).data;
    return scan === undefined || result === undefined ? [] : [{ tool: scan.uri, ...result }];
  });
}

/** Software from elsewhere than Debian, as a lock attestation names it for a platform. */
export function upstreamIn(
  lockPredicate: unknown,
  platform: string,
): readonly UpstreamSoftware[] | undefined {
  const { data } = LockSchema.safeParse(lockPredicate);
  const found = data?.lock.platforms.find((each) => platform.startsWith(each.platform));
  return found?.layers.flatMap(({ artifacts }) => artifacts);
}

export function ofType(
  statements: readonly AttestedStatement[],
  predicateType: string,
): readonly AttestedStatement[] {
  return statements.filter((statement) => statement.predicateType === predicateType);
}
