import { matchesPattern, type ReleaseRecord, type WithdrawDecision } from '../../model/index.ts';
import { findWithdrawn } from '../../stages/promote/index.ts';
import type { ImageFacts, ReleaseFacts } from '../facts.ts';
import { faultsOf } from '../read.ts';
import { toCheck, type Fault, type VerifyCheck } from '../result.ts';

export interface ReleaseDemands {
  /** A release that a newer one has replaced will not do. */
  readonly newest: boolean;
  readonly withdrawals: readonly WithdrawDecision[];
}

/** A signed record names this digest, it is not withdrawn, and the tags are where the newest record has put them. */
export function checkRelease(facts: ImageFacts, demands: ReleaseDemands): VerifyCheck {
  const { release } = facts;
  if (release.kind === 'unread') {
    return toCheck('release', 'its record cannot be trusted', faultsOf(release));
  }
  const found = release.value;
  if (found === undefined) {
    return toCheck('release', 'none', [notReleased(facts)]);
  }
  const faults = [
    ...found.untrusted.flatMap(faultsOf),
    ...gapFaults(found),
    ...tagFaults(found, facts.ref.repository),
    ...(found.naming === undefined ? [notReleased(facts)] : namingFaults(found.naming, found, demands)),
  ];
  return toCheck('release', releaseText(found), faults);
}

function releaseText({ track, newest, naming }: ReleaseFacts): string {
  if (naming === undefined) {
    return `the newest of ${track} is ${newest.tags.unique}`;
  }
  const what = `${naming.tags.unique}, record ${naming.sequence} of ${track}, ${naming.promotedAt}`;
  const back = naming.rolledBackFrom === undefined ? '' : `, back from ${naming.rolledBackFrom}`;
  return naming.digest === newest.digest
    ? `${what}, the newest${back}`
    : `${what}, superseded by ${newest.tags.unique}`;
}

function notReleased({ ref }: ImageFacts): Fault {
  return {
    code: 'RELEASE_MISSING',
    message: `cannot find a release of ${ref.digest}: no signed record names it`,
    hint: '`ingot status` tells what is released',
  };
}

/** Old records may be pruned from the oldest on; one of the others is never deleted by itself. */
function gapFaults({ track, sequences }: ReleaseFacts): readonly Fault[] {
  const missing = sequences.slice(1).flatMap((sequence, at) => {
    const newer = sequences[at] ?? sequence;
    return newer - sequence > 1 ? [`${sequence + 1} to ${newer - 1}`] : [];
  });
  return missing.map((range) => ({
    code: 'RELEASE_MISSING',
    message: `cannot follow the releases of ${track}: records ${range} are gone`,
    hint: 'somebody deleted their tags; what was released then is not known',
  }));
}

function tagFaults({ newest, naming, tags }: ReleaseFacts, repository: string): readonly Fault[] {
  const expected = new Map<string, string>([
    ...(naming === undefined ? [] : [[naming.tags.unique, naming.digest] as const]),
    [newest.tags.unique, newest.digest],
    [newest.tags.moving, newest.digest],
  ]);
  return [...expected].flatMap(([tag, digest]) => {
    const got = tags.get(tag);
    return got === digest
      ? []
      : [
          {
            code: 'TAG_MOVED' as const,
            message: `cannot trust ${repository}:${tag}: expected ${digest} by the signed record, got ${got ?? 'nothing'}`,
            hint: `use ${repository}@${digest}; the next \`ingot nightly\` moves the tag back`,
          },
        ];
  });
}

function namingFaults(
  naming: ReleaseRecord,
  { newest }: ReleaseFacts,
  demands: ReleaseDemands,
): readonly Fault[] {
  const withdrawn = demands.withdrawals.filter((decision) => isWithdrawn(naming, decision));
  const left = findWithdrawn(naming.digest, newest);
  const isOld = demands.newest && naming.digest !== newest.digest;
  return [
    ...(left === undefined
      ? []
      : [
          {
            code: 'RELEASE_WITHDRAWN' as const,
            message: `do not use ${left.tag}: withdrawn on ${left.at}: ${left.reason}`,
            hint: `take ${newest.tags.unique}`,
          },
        ]),
    ...withdrawn.map(({ file, owner, reason }) => ({
      code: 'RELEASE_WITHDRAWN' as const,
      message: `do not use ${naming.tags.unique}: withdrawn by ${owner} (${file}): ${reason}`,
      hint: `take ${newest.tags.unique}, or what the decision says`,
    })),
    ...(isOld
      ? [
          {
            code: 'RELEASE_SUPERSEDED' as const,
            message: `${naming.tags.unique} is not the newest: ${newest.tags.unique} is`,
            hint: `use ${newest.digest}`,
          },
        ]
      : []),
  ];
}

/** A unique tag is one in its repository only, so the decision's images count as well. */
function isWithdrawn(record: ReleaseRecord, { target, release }: WithdrawDecision): boolean {
  const repository = record.repository.slice(record.repository.lastIndexOf('/') + 1);
  const isTarget = matchesPattern(`${repository}-${record.track}`, target);
  return record.digest === release || (isTarget && record.tags.unique === release);
}
