import { FactoryError, type Finding, type Platform } from '../../../model/index.ts';
import type { ScanSubject } from '../scanner.ts';
import type { ScanFiles } from './programs.ts';
import type { AdaptedSbom } from './sbom-document.ts';

/** One platform's SBOM, as a file that a program reads. */
export interface DescribedPlatform {
  readonly platform: Platform;
  /** Path of a CycloneDX document. */
  readonly file: string;
  /** Debian's source package of a package: vulnerabilities are told of it. */
  readonly sourceOf: (name: string) => string | undefined;
  /** Names of what the program cannot look up. */
  readonly unseen: readonly string[];
}

/** The SBOM of each platform; `adapt` makes of it what a program can read. */
export async function describedImage(
  subject: ScanSubject,
  files: ScanFiles,
  adapt: (cyclonedx: object, subject: ScanSubject) => AdaptedSbom = asItIs,
): Promise<readonly DescribedPlatform[]> {
  const described: DescribedPlatform[] = [];
  for (const { platform, cyclonedx } of await subject.sboms()) {
    const packages = subject.platforms.flatMap((one) => (one.platform === platform ? one.packages : []));
    const sources = new Map(packages.map(({ name, source }) => [name, source.name]));
    const { document, unseen } = adapt(cyclonedx, subject);
    const file = await files.write('sbom.cdx.json', `${JSON.stringify(document)}\n`);
    described.push({ platform, file, sourceOf: (name) => sources.get(name), unseen });
  }
  if (described.length === 0) {
    throw new FactoryError('TOOL_FAILED', 'cannot scan the image: it has no SBOM');
  }
  return described;
}

function asItIs(cyclonedx: object): AdaptedSbom {
  return { document: cyclonedx, unseen: [] };
}

/** The same finding on several platforms is one, and that in several packages of one source is that in the first. */
export function joinPlatforms(findings: readonly Finding[]): readonly Finding[] {
  const sorted = findings.toSorted((a, b) => (a.package < b.package ? -1 : 1));
  const groups = Map.groupBy(sorted, ({ source, id }) => `${source} ${id}`);
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, group]) => {
      const platforms = [...new Set(group.flatMap((finding) => finding.platforms))].sort();
      return group.slice(0, 1).map((first) => ({ ...first, platforms }));
    });
}
