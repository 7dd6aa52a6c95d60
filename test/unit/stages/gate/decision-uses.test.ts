import { describe, expect, test } from 'vitest';
import type { Decision, ImageId, Lock, ScannerResult } from '../../../../src/model/index.ts';
import {
  decisionsOnEntry,
  decisionsOnFindings,
  decisionsOnPackages,
} from '../../../../src/stages/gate/index.ts';
import { decided } from '../../../support/decided.ts';
import { findingOf, goodFacts, NOW } from '../../../support/gate-facts.ts';

const ID = 'python-3.13' as ImageId;

function filesOf({ uses }: { readonly uses: readonly { readonly file: string }[] }): readonly string[] {
  return uses.map(({ file }) => file);
}

describe('what an image needs whatever it holds', () => {
  const freeze = decided({ kind: 'freeze', file: 'freeze' });
  const extend = decided({ kind: 'extend', file: 'extend' });

  test.each<[string, Decision, string, readonly string[]]>([
    ['a freeze', freeze, '2028-08-09', ['freeze']],
    ['no freeze of another image', { ...freeze, target: 'node-*' }, '2028-08-09', []],
    ['no freeze that is over', { ...freeze, expires: '2026-11-22' }, '2028-08-09', []],
    ['an extension once support has ended', extend, '2026-11-22', ['extend']],
    ['an extension that is there in good time', extend, '2027-01-30', ['extend']],
    ['no extension that ends before support does', extend, '2027-01-31', []],
  ])('is %s', (_, decision, endOfLife, files) => {
    const dates = { release: '2025-08-09', endOfLife };
    const met = decisionsOnEntry({ id: ID, dates }, { decisions: [decision], now: NOW });
    expect({ asked: met.asked, files: filesOf(met) }).toEqual({ asked: ['freeze', 'extend'], files });
  });
});

describe('a hold', () => {
  const hold = decided({ kind: 'hold', file: 'hold', package: 'openssl', version: '3.5.4-1' });
  const locked = { name: 'libssl3t64', version: '3.5.4-1', source: { name: 'openssl', version: '3.5.4-1' } };
  const layers = [{ packages: [locked] }];
  const lock = {
    platforms: [
      { platform: 'linux/amd64', layers },
      { platform: 'linux/arm64', layers },
    ],
  } as unknown as Pick<Lock, 'platforms'>;

  test.each<[string, Partial<typeof hold>, readonly string[]]>([
    ['of a source package', {}, ['libssl3t64 3.5.4-1']],
    ['of a binary package', { package: 'libssl3t64' }, ['libssl3t64 3.5.4-1']],
    ['of what the image has not', { package: 'curl' }, []],
    ['that is over', { expires: '2026-11-22' }, []],
  ])('%s', (_, fields, whats) => {
    const conditions = { decisions: [{ ...hold, ...fields } as Decision], now: NOW };
    const { asked, uses } = decisionsOnPackages({ id: ID }, lock, conditions);
    expect({ asked, whats: uses.map(({ what }) => what) }).toEqual({ asked: ['hold'], whats });
  });
});

describe('a waiver that no finding needs', () => {
  const waiver = decided({
    kind: 'waive',
    file: 'waive',
    vulnerability: 'CVE-2026-126714',
    package: 'openssl',
    status: 'affected',
  });
  const [result] = goodFacts().scan.results;

  test.each<[ScannerResult['status'], readonly string[]]>([
    ['clean', ['waive']],
    ['up-to-date', ['waive']],
    ['findings', ['waive']],
    ['stale', []],
    ['not-scanned', []],
  ])('is known to be idle where scanners were %s: %j', (status, asked) => {
    const scan = {
      ...goodFacts().scan,
      results: [...(result === undefined ? [] : [result, { ...result, tool: 'osv', status }])],
    };
    expect(decisionsOnFindings(goodFacts({ scan }), { decisions: [waiver], now: NOW })).toEqual({
      asked,
      uses: [],
    });
  });

  test('of two about one finding is the one that ends earlier', () => {
    const later = { ...waiver, file: 'later', expires: '2027-02-28' };
    const facts = goodFacts({ scan: { ...goodFacts().scan, findings: [findingOf()] } });
    expect(filesOf(decisionsOnFindings(facts, { decisions: [waiver, later], now: NOW }))).toEqual(['later']);
  });
});
