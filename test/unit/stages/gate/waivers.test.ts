import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ImageId, MergedFinding, WaiveDecision } from '../../../../src/model/index.ts';
import {
  decideGate,
  decisionsOnFindings,
  isAbout,
  type GateFacts,
} from '../../../../src/stages/gate/index.ts';
import { DEFAULT_POLICY, NO_GRACE } from '../../../support/policy.ts';

const NOW = new Date('2026-11-23T12:00:00Z');

const WAIVER: WaiveDecision = {
  kind: 'waive',
  file: 'decisions/tls.json',
  target: 'python-*',
  owner: 'platform',
  reason: 'no server of ours parses PKCS#12',
  expires: '2027-01-31',
  vulnerability: 'CVE-2026-1',
  package: 'libssl3t64',
  status: 'not_affected',
  justification: 'vulnerable_code_not_in_execute_path',
};

const FINDING: MergedFinding = {
  id: 'CVE-2026-1',
  aliases: ['GHSA-aaaa-bbbb-cccc'],
  package: 'libssl3t64',
  source: 'openssl',
  installed: '3.5.1-1',
  fixed: '3.5.1-1+deb13u1',
  suite: 'trixie-security',
  fixedSince: '2026-10-01T00:00:00.000Z',
  severity: 'high',
  platforms: ['linux/amd64'],
  scanners: ['debian-archive'],
};

const REASON = 'openssl: 3.5.1-1 is installed, 3.5.1-1+deb13u1 fixes CVE-2026-1';

function judge(waiver: WaiveDecision, more: Partial<GateFacts> = {}) {
  const facts = {
    entry: { id: 'python-3.13' as ImageId, dates: { release: '2025-08-09', endOfLife: '2028-08-09' } },
    scan: { scannedAt: NOW.toISOString(), results: [], findings: [FINDING] },
    ...more,
  };
  const policy = { ...DEFAULT_POLICY, graceDays: NO_GRACE };
  const conditions = { policy, decisions: [waiver], now: NOW };
  const verdict = decideGate({ ...facts, report: { checks: [], contents: [] } }, conditions);
  const reasons = verdict.kind === 'pass' ? [] : verdict.reasons;
  return {
    blocked: reasons.flatMap(({ rule, message }) => (rule === 'pending-security-update' ? [message] : [])),
    about: reasons.flatMap(({ decisions = [] }) => decisions),
    used: decisionsOnFindings(facts, conditions).uses,
  };
}

const COVERED = {
  blocked: [],
  about: [],
  used: [{ file: 'decisions/tls.json', what: 'CVE-2026-1 in libssl3t64' }],
};

describe('a finding is waived', () => {
  test.each<[string, Partial<WaiveDecision>]>([
    ['by its id and binary package', {}],
    ['by an alias', { vulnerability: 'GHSA-aaaa-bbbb-cccc' }],
    ['by its source package', { package: 'openssl' }],
    ['on the last day', { expires: '2026-11-23' }],
    ['as an accepted risk', { status: 'affected' }],
    ['while it is looked into', { status: 'under_investigation' }],
  ])('%s', (_, fields) => {
    expect(judge({ ...WAIVER, ...fields })).toEqual(COVERED);
  });
});

describe('a finding blocks', () => {
  test.each<[string, Partial<WaiveDecision>, string]>([
    [
      'where its waiver expired, which it names',
      { expires: '2026-11-22' },
      '; the decision decisions/tls.json expired on 2026-11-22',
    ],
    ['where the waiver is for another package', { package: 'libcrypto3' }, ''],
    ['where the waiver is for a longer name', { package: 'libssl3t64-dev' }, ''],
    ['where the waiver is for another vulnerability', { vulnerability: 'CVE-2026-12' }, ''],
    ['where the waiver is for another image', { target: 'node-*' }, ''],
    ['where a date cannot be read', { expires: 'soon' }, '; the decision decisions/tls.json expired on soon'],
  ])('%s', (_, fields, text) => {
    const about = text === '' ? [] : ['decisions/tls.json'];
    expect(judge({ ...WAIVER, ...fields })).toEqual({ blocked: [`${REASON}${text}`], about, used: [] });
  });
});

describe('a waiver for want of files', () => {
  const waiver: WaiveDecision = { ...WAIVER, absentFiles: ['/usr/bin/c_rehash'] };

  test('counts where no layer has them', () => {
    expect(judge(waiver, { filesLookedFor: [{ file: waiver.file, present: [] }] })).toEqual(COVERED);
  });

  test('counts no longer once a build has one', () => {
    const filesLookedFor = [{ file: waiver.file, present: ['linux/arm64 /usr/bin/c_rehash'] }];
    expect(judge(waiver, { filesLookedFor })).toEqual({
      blocked: [
        `${REASON}; the decision decisions/tls.json does not count: the image has linux/arm64 /usr/bin/c_rehash`,
      ],
      about: ['decisions/tls.json'],
      used: [],
    });
  });

  test.each([[undefined], [[]], [[{ file: 'decisions/other.json', present: [] }]]])(
    'does not count where nobody looked: %j',
    (lookedFor) => {
      expect(judge(waiver, lookedFor === undefined ? {} : { filesLookedFor: lookedFor })).toEqual({
        blocked: [`${REASON}; the decision decisions/tls.json does not count: its files were not looked for`],
        about: ['decisions/tls.json'],
        used: [],
      });
    },
  );
});

test('a waiver is about a finding exactly if both names are its own', () => {
  const word = fc.constantFrom('CVE-2026-1', 'CVE-2026-12', 'CVE-2026-2', 'GHSA-a');
  const name = fc.constantFrom('openssl', 'libssl3t64', 'libssl3', 'ssl');
  fc.assert(
    fc.property(
      word,
      name,
      word,
      fc.array(word),
      name,
      name,
      (vulnerability, of, id, aliases, binary, source) => {
        const finding = { id, aliases, package: binary, source };
        expect(isAbout({ vulnerability, package: of }, finding)).toBe(
          (vulnerability === id || aliases.includes(vulnerability)) && (of === binary || of === source),
        );
      },
    ),
  );
});
