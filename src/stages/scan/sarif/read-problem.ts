import type { Severity } from '../../../model/index.ts';
import { severityOfScore, severityOfWord } from '../severity.ts';
import type { SarifProblem } from './log.ts';

/** What a result says of a vulnerability. */
export interface SarifFinding {
  readonly id: string;
  readonly aliases: readonly string[];
  /** Empty where the result names none. */
  readonly package: string;
  readonly version: string;
  readonly fixed?: string;
  readonly severity: Severity;
}

const CVE = /CVE-\d{4}-\d{4,}/;
const OTHER_NAME = /GHSA(-[a-z0-9]{4}){3}/;

/**
 * SARIF has no place for packages and vulnerabilities, so every tool has its own: Snyk names the package in the logical
 * location and the CVE in the rule; Trivy, Grype and Aqua write lines such as `Package: openssl` and
 * `Fixed Version: 3.5.2`; a purl may stand among the properties.
 */
export function readProblem(problem: SarifProblem): SarifFinding {
  const { ruleId, texts } = problem;
  const id = vulnerabilityOf([ruleId, ...texts]) ?? ruleId;
  const fixed = lineOf(/^(?:Fixed|Fix) Version:/i, texts);
  return {
    id,
    aliases: ruleId.includes(id) ? [] : [ruleId],
    ...packageOf(problem),
    ...(fixed !== undefined && { fixed }),
    severity: severityOf(problem),
  };
}

function vulnerabilityOf(texts: readonly string[]): string | undefined {
  const found = [CVE, OTHER_NAME].flatMap((pattern) => texts.map((text) => pattern.exec(text)?.[0]));
  return found.find((name) => name !== undefined);
}

type NamedPackage = Pick<SarifFinding, 'package' | 'version'>;

function packageOf({ properties, places, texts }: SarifProblem): NamedPackage {
  const { purl } = properties;
  const written = typeof purl === 'string' ? [fromPurl(purl), ...places] : places;
  const [named] = written.flatMap((place) => atVersion(place) ?? []);
  return (
    named ?? {
      package: lineOf(/^Package:/i, texts) ?? '',
      version: lineOf(/^(?:Installed )?Version:/i, texts) ?? '',
    }
  );
}

/** `pkg:deb/debian/openssl@3.5.1-1?arch=amd64` → `openssl@3.5.1-1` */
function fromPurl(purl: string): string {
  const [path = ''] = purl.split(/[?#]/);
  return decoded(path.slice(path.lastIndexOf('/') + 1));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `openssl/libssl3t64@3.5.1-1`: source, package and version. */
function atVersion(text: string): NamedPackage | undefined {
  const at = text.lastIndexOf('@');
  return at <= 0
    ? undefined
    : { package: text.slice(text.lastIndexOf('/', at) + 1, at), version: text.slice(at + 1) };
}

/** What stands behind a label at the start of a line; empty counts as nothing. */
function lineOf(label: RegExp, texts: readonly string[]): string | undefined {
  const lines = texts.flatMap((text) => text.split('\n'));
  const found = lines.find((line) => label.test(line));
  return found?.slice(found.indexOf(':') + 1).trim() || undefined;
}

/** SARIF's own levels: they say how much attention, not how bad. */
const LEVELS: Readonly<Record<string, Severity>> = { error: 'high', warning: 'medium', note: 'low' };

/** `security-severity` is GitHub's property, which nearly all tools write: a CVSS score. */
function severityOf({ properties, texts, level }: SarifProblem): Severity {
  const opinions = [
    severityOfWord(lineOf(/^Severity:/i, texts) ?? ''),
    severityOfScore(Number(properties['security-severity'] ?? Number.NaN)),
    LEVELS[level] ?? 'unknown',
  ];
  return opinions.find((each) => each !== 'unknown') ?? 'unknown';
}
