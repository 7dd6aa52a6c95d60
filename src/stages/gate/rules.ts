import type { Decision, Finding, GateReason, Policy, ScannerResult } from '../../model/index.ts';
import type { GateFacts } from './facts.ts';

/** Policy and time, the same for every image of a run. */
export interface GateConditions {
  readonly policy: Policy;
  readonly decisions: readonly Decision[];
  /** Start of the run. */
  readonly now: Date;
}

/** One demand of the gate. Gives every reason it has to say no. */
export type GateRule = (facts: GateFacts, conditions: GateConditions) => readonly GateReason[];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Nothing was checked is not the same as nothing was wrong. */
export function everyPlatformTested({ report: { checks, contents } }: GateFacts): readonly GateReason[] {
  if (contents.length === 0) {
    return [{ rule: 'not-tested', message: 'no platform was tested' }];
  }
  return contents
    .filter(({ platform }) => !checks.some((check) => check.platform === platform))
    .map(({ platform }) => ({ rule: 'not-tested', message: `${platform}: no check was made` }));
}

export function everyCheckPassed({ report }: GateFacts): readonly GateReason[] {
  return report.checks.flatMap((check) =>
    check.kind === 'passed'
      ? []
      : [
          {
            rule: 'test-failed',
            message: `${check.platform}: ${check.check}: expected ${check.expected}, got ${check.got}`,
          },
        ],
  );
}

export function requiredScannersLooked(facts: GateFacts, { policy }: GateConditions): readonly GateReason[] {
  return policy.requiredScanners.flatMap((name) => {
    const result = facts.scan.results.find(({ tool }) => tool === name);
    return result === undefined
      ? [{ rule: 'scanner-missing', message: `${name}: required by policy, but did not run` }]
      : lookedReasons(result);
  });
}

function lookedReasons({ tool, status, reason, feedDate }: ScannerResult): readonly GateReason[] {
  switch (status) {
    case 'clean':
    case 'up-to-date':
    case 'findings':
      return [];
    case 'stale':
      return [
        { rule: 'scanner-stale', message: `${tool}: its source did not answer, data is from ${feedDate}` },
      ];
    case 'not-scanned':
      return [{ rule: 'not-scanned', message: `${tool}: ${reason ?? 'did not scan'}` }];
  }
}

/**
 * How fresh a feed is: when its source was last asked. The date it was signed says little, because a
 * stable release is signed once in months; where the source names an end of validity, that counts as well.
 */
export function feedsAreFresh(facts: GateFacts, { policy, now }: GateConditions): readonly GateReason[] {
  return requiredResults(facts, policy).flatMap(({ tool, feedDate, feedValidUntil }) => {
    const hours = Math.floor((now.getTime() - Date.parse(feedDate)) / HOUR_MS);
    const isValid = feedValidUntil === undefined || Date.parse(feedValidUntil) >= now.getTime();
    // A date that cannot be read compares as neither: it says no.
    return [
      ...(hours <= policy.maxFeedAgeHours
        ? []
        : [
            {
              rule: 'feed-too-old',
              message: `${tool}: expected data of at most ${policy.maxFeedAgeHours} hours, got ${hours}`,
            },
          ]),
      ...(isValid
        ? []
        : [{ rule: 'feed-expired', message: `${tool}: data was valid until ${feedValidUntil}` }]),
    ];
  });
}

function requiredResults(facts: GateFacts, policy: Policy): readonly ScannerResult[] {
  return facts.scan.results.filter(
    ({ tool, status }) => policy.requiredScanners.includes(tool) && status !== 'not-scanned',
  );
}

/** Every scanner's findings count, required or not: what is known cannot be overlooked. */
export function noPendingSecurityUpdate(
  facts: GateFacts,
  { policy, now }: GateConditions,
): readonly GateReason[] {
  const due = facts.scan.findings
    .filter((finding) => finding.fixed !== undefined)
    .filter((finding) => isSecurity(finding) && ageInDays(finding, now) >= policy.graceDays);
  const bySource = Map.groupBy(
    due,
    ({ source, installed, fixed }) => `${source} ${installed} ${fixed ?? ''}`,
  );
  return [...bySource.values()].map((findings) => ({
    rule: 'pending-security-update',
    message: updateText(findings),
  }));
}

function isSecurity({ id, suite }: Finding): boolean {
  return suite?.endsWith('-security') === true || id.startsWith('CVE-');
}

/** An update of unknown age is one that came today: it waits as long as policy allows any to wait. */
function ageInDays({ fixedSince }: Finding, now: Date): number {
  return fixedSince === undefined ? 0 : (now.getTime() - Date.parse(fixedSince)) / DAY_MS;
}

function updateText(findings: readonly Finding[]): string {
  const ids = findings.map(({ id }) => id).join(', ');
  const [first] = findings;
  return `${first?.source ?? ''}: ${first?.installed ?? ''} is installed, ${first?.fixed ?? ''} fixes ${ids}`;
}
