import type { GateReason, Policy, ScannerResult } from '../../model/index.ts';
import type { GateFacts } from './facts.ts';
import type { GateConditions } from './rules.ts';

const HOUR_MS = 3_600_000;

export function requiredScannersLooked(
  facts: Pick<GateFacts, 'scan'>,
  { policy }: Pick<GateConditions, 'policy'>,
): readonly GateReason[] {
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
 * Reasons name dates, not ages: they stay the same from night to night.
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
              message: `${tool}: expected data of at most ${policy.maxFeedAgeHours} hours, got data of ${feedDate}`,
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
