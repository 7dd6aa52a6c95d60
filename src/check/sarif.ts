import type { CheckFinding, FactoryError } from '../model/index.ts';
import type { RuleDescription } from './check.ts';
import { hadolintHelp } from './hadolint.ts';
import type { CheckResult } from './result.ts';

export interface SarifSource {
  readonly version: string;
  /** Where ingot is explained. */
  readonly informationUri: string;
}

const LEVELS = { error: 'error', warning: 'warning', info: 'note', off: 'none' } as const;

/** SARIF 2.1.0: one run per tool, so that each finding names the tool that made it. */
export function checkSarif(result: CheckResult, { version, informationUri }: SarifSource): object {
  const ours = result.findings.filter(({ tool }) => tool === 'ingot');
  const ingot = run({ name: 'ingot', version, informationUri }, result.rules.map(toRule), ours);
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [{ ...ingot, invocations: [invocation(result.unread)] }, ...hadolintRuns(result)],
  };
}

/** A hadolint that could not be run is a run that failed, not a missing one: a viewer would call the file clean. */
function hadolintRuns({ hadolint, findings }: CheckResult): object[] {
  const name = 'hadolint';
  const informationUri = 'https://github.com/hadolint/hadolint';
  switch (hadolint.kind) {
    case 'not-wanted':
      return [];
    case 'not-run':
      return [{ ...run({ name, informationUri }, [], []), invocations: [invocation([hadolint.failure])] }];
    case 'ran': {
      const theirs = findings.filter(({ tool }) => tool === name);
      const rules = [...new Set(theirs.map(({ rule }) => rule))].map(hadolintRule);
      const driver = { name, version: hadolint.version, informationUri };
      return [{ ...run(driver, rules, theirs), invocations: [invocation([])] }];
    }
  }
}

function invocation(failures: readonly FactoryError[]): object {
  return {
    executionSuccessful: failures.length === 0,
    toolExecutionNotifications: failures.map(({ message }) => ({
      level: 'error',
      message: { text: message },
    })),
  };
}

type SarifRule = { readonly id: string } & Readonly<Record<string, unknown>>;

function run(driver: object, rules: readonly SarifRule[], findings: readonly CheckFinding[]): object {
  const ids = rules.map(({ id }) => id);
  return {
    tool: { driver: { ...driver, rules } },
    columnKind: 'utf16CodeUnits',
    results: findings.map((finding) => toResult(finding, ids.indexOf(finding.rule))),
  };
}

function toRule({ id, level, summary, help }: RuleDescription): SarifRule {
  return {
    id,
    shortDescription: { text: summary },
    help: { text: help },
    defaultConfiguration: { enabled: level !== 'off', level: LEVELS[level] },
  };
}

function hadolintRule(id: string): SarifRule {
  const helpUri = hadolintHelp(id);
  return { id, helpUri, help: { text: `explained at ${helpUri}` } };
}

function toResult(
  { rule, level, file, line, message, help, ignored }: CheckFinding,
  ruleIndex: number,
): object {
  return {
    ruleId: rule,
    ruleIndex,
    level: LEVELS[level],
    message: { text: `${message}: ${help}` },
    locations: [
      { physicalLocation: { artifactLocation: { uri: toUri(file) }, region: { startLine: line } } },
    ],
    ...(ignored === undefined ? {} : { suppressions: [{ kind: 'inSource', justification: ignored }] }),
  };
}

/** SARIF 3.4.3: a URI reference, relative to the working folder. */
function toUri(file: string): string {
  const encoded = file.split('/').map(encodeURIComponent).join('/');
  return file.startsWith('/') ? `file://${encoded}` : encoded;
}
