import canonicalize from 'canonicalize';
import {
  type Lock,
  type MergedFinding,
  type NotAffected,
  type Platform,
  type Sha256,
  type WaiveDecision,
  packagesOn,
} from '../../model/index.ts';
import { hexOf, sha256Of } from '../../oci/index.ts';
import { componentPurl, debPurl, imagePurl, layerPurls } from './purl.ts';
import { TOOL_NAME } from './subject.ts';

/** What is known of the vulnerabilities of one image, and who said so. */
export interface VexFacts {
  readonly image: {
    /** `python`. */
    readonly repository: string;
    readonly index: Sha256;
    readonly platforms: readonly { readonly platform: Platform; readonly digest: Sha256 }[];
  };
  /** Debian's codename of the release that its packages come from. */
  readonly codename: string;
  readonly lock: Pick<Lock, 'platforms'>;
  /** Findings that somebody answers for. */
  readonly waived: readonly { readonly finding: MergedFinding; readonly waiver: WaiveDecision }[];
  /** Findings that nobody answers for: about them nothing is said. */
  readonly open: readonly MergedFinding[];
  /** What vendors say. */
  readonly notAffected: readonly NotAffected[];
  /** ISO instant. */
  readonly issuedAt: string;
}

/** OpenVEX 0.2.0, "Statement Fields", without its products. */
interface Answer {
  readonly vulnerability: { readonly name: string; readonly aliases?: readonly string[] };
  readonly status: WaiveDecision['status'];
  readonly justification?: string;
  readonly impact_statement?: string;
  readonly action_statement?: string;
  readonly status_notes: string;
}

interface Statement {
  readonly answer: Answer;
  readonly subcomponents: readonly string[];
  readonly platforms: readonly Platform[];
}

/**
 * What waivers and vendors say of an image's vulnerabilities, as OpenVEX 0.2.0 (https://github.com/openvex/spec). The
 * same facts give the same document but for its date. Undefined where there is nothing to say, as a document has one
 * statement at least.
 */
export function vexDocument(facts: VexFacts): object | undefined {
  const { waived, issuedAt } = facts;
  const ours = waived
    .filter(({ finding }) => isVulnerability(finding))
    .map((each) => waiverStatement(each, facts));
  const theirs = vendorClaims(facts).map((claim) => vendorStatement(claim, facts));
  const statements = [...ours, ...theirs]
    .filter(isFirst)
    .map((statement) => toStatement(statement, facts))
    .sort(byText);
  if (statements.length === 0) {
    return undefined;
  }
  const owners = new Set(waived.map(({ waiver }) => waiver.owner));
  const [owner] = owners;
  return {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': `urn:ingot:vex:${hexOf(sha256Of(canonicalize(statements) ?? ''))}`,
    author: owner !== undefined && owners.size === 1 && theirs.length === 0 ? owner : TOOL_NAME,
    timestamp: issuedAt,
    version: 1,
    tooling: TOOL_NAME,
    statements,
  };
}

/** An update whose changelog names none may be anything. */
function isVulnerability({ id }: Pick<MergedFinding, 'id'>): boolean {
  return id !== 'pending-update';
}

function waiverStatement({ finding, waiver }: VexFacts['waived'][number], facts: VexFacts): Statement {
  const names = new Set([finding.id, ...finding.aliases, waiver.vulnerability]);
  names.delete(finding.id);
  const isOfSource = waiver.package !== finding.package && waiver.package === finding.source;
  return {
    answer: { vulnerability: vulnerability(finding.id, [...names]), ...waiverAnswer(waiver) },
    subcomponents: purlsOf(isOfSource ? { source: finding.source } : { name: finding.package }, facts),
    platforms: finding.platforms,
  };
}

/** The official schema wants a justification or an impact statement, and not both. */
function waiverAnswer({
  status,
  justification,
  impact,
  action,
  absentFiles = [],
  ...waiver
}: WaiveDecision): Omit<Answer, 'vulnerability'> {
  const { reason, owner, expires, file } = waiver;
  const proof = absentFiles.length === 0 ? '' : ` No layer has ${absentFiles.join(', ')}.`;
  const notes = `${reason} (${owner}, until ${expires}, ${file}).${proof}`;
  switch (status) {
    case 'not_affected':
      return justification === undefined
        ? { status, impact_statement: impact ?? reason, status_notes: notes }
        : { status, justification, status_notes: impact === undefined ? notes : `${impact} ${notes}` };
    case 'affected':
      return { status, action_statement: action ?? reason, status_notes: notes };
    case 'under_investigation':
      return { status, status_notes: notes };
  }
}

/** What a vendor says counts unless something else was found, or somebody has answered. */
function vendorClaims({ notAffected, waived, open }: VexFacts): readonly NotAffected[] {
  const others = [...open, ...waived.map(({ finding }) => finding)];
  return notAffected.filter(
    (claim) => !others.some((finding) => isSameProblem(finding, claim) && finding.source === claim.source),
  );
}

function isSameProblem(
  a: Pick<NotAffected, 'id' | 'aliases'>,
  b: Pick<NotAffected, 'id' | 'aliases'>,
): boolean {
  const names = new Set([a.id, ...a.aliases]);
  return [b.id, ...b.aliases].some((name) => names.has(name));
}

function vendorStatement(claim: NotAffected, facts: VexFacts): Statement {
  const { id, aliases, source, justification, statement, platforms } = claim;
  return {
    answer: {
      vulnerability: vulnerability(id, aliases),
      status: 'not_affected',
      justification,
      status_notes: statement,
    },
    // Debian tracks source packages: what is said of one is said of all that is built of it
    subcomponents: purlsOf({ source }, facts),
    platforms,
  };
}

function vulnerability(name: string, aliases: readonly string[]): Answer['vulnerability'] {
  return { name, ...(aliases.length === 0 ? {} : { aliases: [...aliases].sort() }) };
}

/** Readers take the first statement, or the last, of those about one package: there is one. */
function isFirst({ answer, subcomponents }: Statement, index: number, all: readonly Statement[]): boolean {
  const key = `${answer.vulnerability.name} ${subcomponents.join(' ')}`;
  return (
    all.findIndex((each) => `${each.answer.vulnerability.name} ${each.subcomponents.join(' ')}` === key) ===
    index
  );
}

/**
 * Package URLs of what the image has of a package: as its SBOM has them, as scanners find them in its layers, and
 * without version and qualifiers. go-vex, by which grype and trivy match, wants every qualifier of ours in theirs, and
 * trivy writes the epoch as one; the product is a digest, so that nothing else is meant.
 */
function purlsOf(
  wanted: { readonly name?: string; readonly source?: string },
  { lock, codename }: VexFacts,
): readonly string[] {
  const packages = lock.platforms
    .flatMap(packagesOn)
    .filter(({ name, source }) => name === wanted.name || source.name === wanted.source);
  const artifacts = lock.platforms
    .flatMap(({ layers }) => layers.flatMap((layer) => layer.artifacts))
    .filter(({ name }) => name === wanted.name || name === wanted.source);
  const exact = [
    ...packages.map((each) => debPurl(each, codename)),
    ...artifacts.flatMap((each) => [componentPurl(each), ...layerPurls(each)]),
  ];
  return [...new Set(exact.flatMap((purl) => [purl, purl.replace(/(?<=.)@[^@/]*$/, '')]))].sort();
}

function toStatement({ answer, subcomponents, platforms }: Statement, { image }: VexFacts): object {
  const digests = image.platforms
    .filter(({ platform }) => platforms.includes(platform))
    .map(({ digest }) => digest);
  return {
    ...answer,
    products: [image.index, ...digests].map((digest) => ({
      '@id': imagePurl(image.repository, digest),
      identifiers: { purl: imagePurl(image.repository, digest) },
      hashes: { 'sha-256': hexOf(digest) },
      ...(subcomponents.length === 0
        ? {}
        : { subcomponents: subcomponents.map((purl) => ({ '@id': purl, identifiers: { purl } })) }),
    })),
  };
}

function byText(a: object, b: object): number {
  return (canonicalize(a) ?? '') < (canonicalize(b) ?? '') ? -1 : 1;
}
