import type { BuildId, GatedImage, ImageId, ScanReport, Sha256, TestReport } from '../../model/index.ts';
import { PREDICATE_TYPE } from '../../oci/index.ts';
import type { Statement } from '../../oci/index.ts';
import type { BuildEvidence, Evidence } from './evidence.ts';
import { provenancePredicate } from './provenance.ts';
import { runPredicate } from './run-statement.ts';
import { vulnerabilityPredicate } from './vulnerabilities.ts';

/**
 * Everything that is attested about an image. What is told of single platforms stands on their manifests as well, for
 * readers who only know those: SBOMs, and what is excused.
 */
export function imageStatements(
  image: GatedImage,
  evidence: Evidence & { readonly build: BuildEvidence },
): readonly Statement[] {
  const { built, report } = image.tested;
  const { locked, inputs, buildId } = built.rendered;
  const subject = built.index.digest;
  const provenance = provenancePredicate(image, evidence.run, evidence.build);
  const platforms = built.platforms.map(({ manifest }) => manifest.digest);
  const judged = { subject, platforms, id: locked.entry.id, buildId, scan: image.scan };
  return [
    { subject, predicateType: PREDICATE_TYPE.provenance, predicate: provenance },
    ...sbomStatements(image),
    ...judgementStatements(judged, evidence),
    { subject, predicateType: PREDICATE_TYPE.testResult, predicate: testResultPredicate(report) },
    { subject, predicateType: PREDICATE_TYPE.lock, predicate: { lock: locked.lock, inputs } },
  ];
}

/** An image as it was judged, just made or long published. */
export interface JudgedImage {
  readonly subject: Sha256;
  /** Manifests below it. */
  readonly platforms: readonly Sha256[];
  readonly id: ImageId;
  readonly buildId: BuildId;
  readonly scan: ScanReport;
}

/** What changes while the image stays: what scanners say of it, and the run that judged that. */
export function judgementStatements(image: JudgedImage, evidence: Evidence): readonly Statement[] {
  const { subject, platforms, scan } = image;
  const { run, vex } = evidence;
  const excused = vex === undefined ? [] : [subject, ...platforms];
  return [
    ...scan.results.map((result) => ({
      subject,
      predicateType: PREDICATE_TYPE.vulnerabilities,
      predicate: vulnerabilityPredicate(result, scan, run),
    })),
    ...excused.map((digest) => ({ subject: digest, predicateType: PREDICATE_TYPE.vex, predicate: vex })),
    { subject, predicateType: PREDICATE_TYPE.run, predicate: runPredicate(image, evidence) },
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
