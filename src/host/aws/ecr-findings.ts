import type { EnhancedImageScanFinding, ImageScanFinding, ImageScanFindings } from '@aws-sdk/client-ecr';

/** One vulnerability in an image, in AWS's words. */
export interface EcrFinding {
  /** `CVE-2026-126714` */
  readonly id: string;
  readonly aliases: readonly string[];
  /** `CRITICAL`, `INFORMATIONAL` */
  readonly severity: string;
  readonly packages: readonly EcrPackage[];
}

export interface EcrPackage {
  /** Of a binary or of a source package: AWS does not say which. */
  readonly name: string;
  readonly version: string;
  readonly fixed?: string;
}

/** Of basic scanning (`findings`) and of Inspector (`enhancedFindings`). */
export function toEcrFindings({
  findings = [],
  enhancedFindings = [],
}: ImageScanFindings): readonly EcrFinding[] {
  return [...findings.map(ofBasic), ...enhancedFindings.filter(isOpen).flatMap(ofInspector)];
}

function ofBasic({ name = '', severity = 'UNDEFINED', attributes = [] }: ImageScanFinding): EcrFinding {
  const values = new Map(attributes.map(({ key, value = '' }) => [key, value]));
  const named = { name: values.get('package_name') ?? '', version: values.get('package_version') ?? '' };
  return { id: name, aliases: [], severity, packages: [named] };
}

/** What Inspector's own rules suppress counts: nobody has decided it here. */
function isOpen({ status }: EnhancedImageScanFinding): boolean {
  return status !== 'CLOSED';
}

/** An advisory about several CVEs is a finding for each. */
function ofInspector({
  severity = 'UNTRIAGED',
  packageVulnerabilityDetails,
}: EnhancedImageScanFinding): readonly EcrFinding[] {
  const {
    vulnerabilityId = '',
    relatedVulnerabilities = [],
    vulnerablePackages = [],
  } = packageVulnerabilityDetails ?? {};
  const related = relatedVulnerabilities.filter(isCve);
  const ids = isCve(vulnerabilityId) || related.length === 0 ? [vulnerabilityId] : related;
  const packages = vulnerablePackages.map(toPackage);
  return ids.map((id) => ({
    id,
    aliases: id === vulnerabilityId ? [] : [vulnerabilityId],
    severity,
    packages,
  }));
}

function isCve(id: string): boolean {
  return id.startsWith('CVE-');
}

type VulnerablePackage = NonNullable<
  NonNullable<EnhancedImageScanFinding['packageVulnerabilityDetails']>['vulnerablePackages']
>[number];

/** Inspector takes Debian's versions apart: epoch, upstream version, revision. */
function toPackage({
  name = '',
  version = '',
  epoch = 0,
  release = '',
  fixedInVersion,
}: VulnerablePackage): EcrPackage {
  const whole = `${epoch > 0 ? `${epoch}:` : ''}${version}${release === '' ? '' : `-${release}`}`;
  const isFixed = fixedInVersion !== undefined && !NO_FIX.has(fixedInVersion);
  return { name, version: whole, ...(isFixed && { fixed: fixedInVersion }) };
}

const NO_FIX: ReadonlySet<string> = new Set(['', 'NotAvailable']);
