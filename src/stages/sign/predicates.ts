import { z } from 'zod';
import { FactoryError } from '../../model/index.ts';
import type {
  BuildInputs,
  GatedImage,
  Lock,
  ScannerResult,
  ScanReport,
  TestReport,
} from '../../model/index.ts';
import { PREDICATE_TYPE } from '../../oci/index.ts';
import type { Statement } from '../../oci/index.ts';

/** Everything that is attested about an image. SBOMs stand on the index and on the manifest of their own platform. */
export function imageStatements(image: GatedImage): readonly Statement[] {
  const { built, report } = image.tested;
  const { locked, inputs } = built.rendered;
  const index = built.index.digest;
  return [
    ...sbomStatements(image),
    ...image.scan.results.map((result) => ({
      subject: index,
      predicateType: PREDICATE_TYPE.vulnerabilities,
      predicate: vulnerabilityPredicate(result, image.scan),
    })),
    { subject: index, predicateType: PREDICATE_TYPE.testResult, predicate: testResultPredicate(report) },
    { subject: index, predicateType: PREDICATE_TYPE.lock, predicate: { lock: locked.lock, inputs } },
  ];
}

function sbomStatements(image: GatedImage): readonly Statement[] {
  const { index, platforms } = image.tested.built;
  return image.sbom.platforms.flatMap(({ platform, cyclonedx, spdx }) => {
    const manifests = platforms.filter((built) => built.platform === platform);
    return [index.digest, ...manifests.map(({ manifest }) => manifest.digest)].flatMap((subject) => [
      { subject, predicateType: PREDICATE_TYPE.cyclonedx, predicate: cyclonedx },
      { subject, predicateType: PREDICATE_TYPE.spdx, predicate: spdx },
    ]);
  });
}

/** cosign's "Vulnerability Scan Record" (COSIGN_VULN_ATTESTATION_SPEC): one per scanner. */
function vulnerabilityPredicate(result: ScannerResult, scan: ScanReport): object {
  return {
    invocation: { parameters: null, uri: '', event_id: '', 'builder.id': '' },
    scanner: {
      uri: result.tool,
      version: result.toolVersion,
      db: { uri: result.feed, version: result.feedDate },
      result,
    },
    metadata: { scanStartedOn: scan.scannedAt, scanFinishedOn: scan.scannedAt },
  };
}

/** in-toto "Test Result" v0.1; `report` is ours, and allowed by its monotonic principle. */
function testResultPredicate(report: TestReport): object {
  const failed = report.checks.filter((check) => check.kind === 'failed');
  const passed = report.checks.filter((check) => check.kind === 'passed');
  return {
    result: failed.length === 0 ? 'PASSED' : 'FAILED',
    configuration: [],
    passedTests: passed.map(({ check, platform }) => `${platform} ${check}`),
    failedTests: failed.map(({ check, platform }) => `${platform} ${check}`),
    report,
  };
}

/** What a published image was made of. */
export interface PublishedLock {
  readonly lock: Lock;
  readonly inputs: BuildInputs;
}

const Record1 = z.looseObject({ schemaVersion: z.literal(1) });
const PublishedLockSchema = z.object({ lock: Record1, inputs: Record1 });
const TestResultSchema = z.object({
  report: z.looseObject({ checks: z.array(z.unknown()), contents: z.array(z.unknown()) }),
});

/**
 * Readers of our own verified predicates. The signature says that we wrote them, so only the layout's
 * version is checked, not every field.
 */
export function parseLockPredicate(predicate: unknown): PublishedLock {
  assertShape(predicate, PublishedLockSchema, 'lock attestation');
  return predicate as PublishedLock;
}

export function parseTestPredicate(predicate: unknown): TestReport {
  assertShape(predicate, TestResultSchema, 'test report attestation');
  return (predicate as { readonly report: TestReport }).report;
}

function assertShape(value: unknown, schema: z.ZodType, what: string): void {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new FactoryError('REGISTRY_INVALID', `cannot read ${what}: this version cannot read ${fields}`, {
      hint: 'it was written by another version of ingot; publish the image again',
    });
  }
}
