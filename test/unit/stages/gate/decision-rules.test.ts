import { describe, expect, test } from 'vitest';
import type { Decision, ImageId, Lock } from '../../../../src/model/index.ts';
import { decideGate, expiredHolds, type GateFacts } from '../../../../src/stages/gate/index.ts';
import { DEFAULT_POLICY, NO_GRACE } from '../../../support/policy.ts';

const NOW = new Date('2026-11-23T12:00:00Z');
const ID = 'python-3.13' as ImageId;
const DIGEST = `sha256:${'a'.repeat(64)}`;
const common = { target: 'python-*', owner: 'platform', reason: 'it breaks TLS', expires: '2026-11-22' };

function reasons(decisions: readonly Decision[], more: Partial<GateFacts> = {}) {
  const facts = {
    entry: { id: ID, dates: { release: '2025-08-09', endOfLife: '2028-08-09' } },
    scan: { scannedAt: NOW.toISOString(), results: [], findings: [] },
    report: { checks: [], contents: [] },
    ...more,
  };
  const policy = { ...DEFAULT_POLICY, graceDays: NO_GRACE };
  const verdict = decideGate(facts, { policy, decisions, now: NOW });
  const all = verdict.kind === 'pass' ? [] : verdict.reasons;
  return all
    .filter(({ rule }) => /withdrawn|expired/.test(rule))
    .map(({ rule, message }) => `${rule}: ${message}`);
}

describe('a release that was withdrawn', () => {
  const withdraw: Decision = { ...common, kind: 'withdraw', file: 'decisions/w.json', release: DIGEST };

  test('is blocked for ever, and says what to do', () => {
    expect(reasons([withdraw], { release: { digest: DIGEST, uniqueTag: '3.13.5.202611210312' } })).toEqual([
      'release-withdrawn: decisions/w.json withdrew 3.13.5.202611210312: it breaks TLS (platform); `ingot rollback python-3.13` goes back to the release before',
    ]);
  });

  test('is blocked when it is built again, before it has a tag', () => {
    expect(reasons([withdraw], { release: { digest: DIGEST } })).toHaveLength(1);
  });

  test('is no other release', () => {
    expect(reasons([withdraw], { release: { digest: `sha256:${'b'.repeat(64)}` } })).toEqual([]);
  });
});

describe('a freeze that has ended', () => {
  const over: Decision = { ...common, kind: 'freeze', file: 'decisions/f.json' };

  test('blocks until somebody looks', () => {
    expect(reasons([over])).toEqual([
      'freeze-expired: decisions/f.json froze python-3.13 until 2026-11-22: remove it, or prolong it (platform)',
    ]);
  });

  test.each<[string, Decision[]]>([
    ['of another image', [{ ...over, target: 'node-*' }]],
    ['while another is in force', [over, { ...over, file: 'decisions/g.json', expires: '2026-12-31' }]],
  ])('does not block: %s', (_, decisions) => {
    expect(reasons(decisions)).toEqual([]);
  });
});

describe('a hold that has ended', () => {
  const hold = {
    ...common,
    kind: 'hold',
    file: 'decisions/h.json',
    package: 'openssl',
    version: '3.5.4-1',
  } as const;
  const lock = {
    platforms: [
      {
        platform: 'linux/amd64',
        layers: [{ packages: [{ name: 'libssl3t64', source: { name: 'openssl', version: '3.5.5-1' } }] }],
      },
    ],
  } as unknown as Pick<Lock, 'platforms'>;

  test('blocks the images that have the package', () => {
    const ended = expiredHolds(lock, ID, { decisions: [hold], now: NOW });
    expect(reasons([hold], { expiredHolds: ended })).toEqual([
      'hold-expired: decisions/h.json held openssl at 3.5.4-1 until 2026-11-22: remove it, or prolong it (platform)',
    ]);
  });

  test.each<[string, Decision]>([
    ['of a package that the image has not', { ...hold, package: 'curl' }],
    ['of another image', { ...hold, target: 'node-*' }],
    ['that is in force', { ...hold, expires: '2026-11-23' }],
  ])('is none: %s', (_, decision) => {
    expect(expiredHolds(lock, ID, { decisions: [decision], now: NOW })).toEqual([]);
  });
});
