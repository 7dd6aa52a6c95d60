import type { GateReason } from '../../model/index.ts';
import type { GateFacts } from './facts.ts';
import type { GateConditions } from './rules.ts';

/** Nothing was checked is not the same as nothing was wrong. */
export function everyPlatformTested(
  { report }: GateFacts,
  { policy }: GateConditions,
): readonly GateReason[] {
  if (report === undefined) {
    return policy.requireTestReport
      ? [{ rule: 'test-report-missing', message: 'no test report is attested' }]
      : [];
  }
  const { checks, contents } = report;
  if (contents.length === 0) {
    return [{ rule: 'not-tested', message: 'no platform was tested' }];
  }
  return contents
    .filter(({ platform }) => !checks.some((check) => check.platform === platform))
    .map(({ platform }) => ({ rule: 'not-tested', message: `${platform}: no check was made` }));
}

export function everyCheckPassed({ report }: GateFacts): readonly GateReason[] {
  return (report?.checks ?? []).flatMap((check) =>
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
