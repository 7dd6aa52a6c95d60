import { describe, expect, test } from 'vitest';
import type { Decision, Finding } from '../../../src/model/index.ts';
import { createDecisionLog } from '../../../src/pipeline/decision-log.ts';
import { frozenImage } from '../../../src/pipeline/keep-release.ts';
import { createStageClock } from '../../../src/pipeline/stage-clock.ts';
import { decided } from '../../support/decided.ts';
import { findingOf } from '../../support/gate-facts.ts';
import { depsAt, ENTRY, publishedImage } from '../../support/published-image.ts';
import { releaseWorkshop, type ReleaseWorkshop } from '../../support/release-workshop.ts';

const DATE = '2026-11-23';
const FREEZE = decided({ kind: 'freeze', file: 'decisions/freeze.json' });
const OVER: Decision = { ...FREEZE, file: 'decisions/over.json', expires: '2026-11-22' };
const NOTICE = 'frozen by decisions/freeze.json until 2027-01-31: incident 4711 (platform@example.com)';
const EXPLOITED = findingOf({ knownExploited: true });

async function freeze(
  workshop: ReleaseWorkshop,
  decisions: readonly Decision[],
  findings: readonly Finding[] = [],
): Promise<object | undefined> {
  const deps = depsAt(workshop, { date: DATE, findings, decisions });
  const log = createDecisionLog();
  const work = { clock: createStageClock(ENTRY.id, deps), decisions: log };
  const frozen = await frozenImage(ENTRY, deps, work);
  if (frozen === undefined) {
    return undefined;
  }
  const { outcome, notices } = frozen;
  return {
    kind: outcome.kind,
    digest: outcome.kind === 'frozen' ? outcome.ref?.digest : undefined,
    isScanned: outcome.kind === 'blocked' || (outcome.kind === 'frozen' && outcome.scan !== undefined),
    reasons: outcome.kind === 'blocked' ? outcome.reasons.map(({ rule }) => rule) : [],
    notices,
    asked: log.soFar().asked,
  };
}

describe('a published image', () => {
  test.each<[string, readonly Decision[], readonly Finding[], object | undefined]>([
    ['that nobody froze goes its way', [], [], undefined],
    ['whose neighbour is frozen goes its way', [{ ...FREEZE, target: 'node-*' }], [], undefined],
    [
      'that is frozen is scanned, and stays',
      [FREEZE],
      [],
      { kind: 'frozen', isScanned: true, reasons: [], notices: [NOTICE], asked: ['waive'] },
    ],
    [
      'that is frozen is blocked all the same once policy says no to it',
      [FREEZE],
      [EXPLOITED],
      { kind: 'blocked', isScanned: true, reasons: ['known-exploited'], notices: [NOTICE], asked: ['waive'] },
    ],
    [
      'whose freeze has ended is blocked',
      [OVER],
      [],
      { kind: 'blocked', isScanned: true, reasons: ['freeze-expired'], notices: [], asked: ['waive'] },
    ],
    [
      'of which one of two freezes has ended is frozen',
      [OVER, FREEZE],
      [],
      { kind: 'frozen', isScanned: true, reasons: [], notices: [NOTICE], asked: ['waive'] },
    ],
  ])('%s', async (_, decisions, findings, expected) => {
    const { workshop, record } = await publishedImage();
    const digest =
      expected !== undefined && 'kind' in expected && expected.kind === 'frozen' ? record.digest : undefined;
    expect(await freeze(workshop, decisions, findings)).toEqual(expected && { ...expected, digest });
  });

  test('that is frozen and was withdrawn is blocked', async () => {
    const { workshop, record } = await publishedImage();
    const withdraw = decided({ kind: 'withdraw', file: 'decisions/w.json', release: record.digest });
    expect(await freeze(workshop, [FREEZE, withdraw])).toMatchObject({
      kind: 'blocked',
      reasons: ['release-withdrawn'],
    });
  });

  test('that is frozen while something of it is missing is not scanned, and not made again', async () => {
    const { workshop, record } = await publishedImage();
    workshop.served.repository('team-a/python').manifests.delete(record.digest);
    expect(await freeze(workshop, [FREEZE])).toEqual({
      kind: 'frozen',
      digest: record.digest,
      isScanned: false,
      reasons: [],
      notices: [NOTICE],
      asked: [],
    });
  });
});

describe('an image that was never released', () => {
  test('stays unreleased while it is frozen', async () => {
    expect(await freeze(await releaseWorkshop(), [FREEZE])).toEqual({
      kind: 'frozen',
      digest: undefined,
      isScanned: false,
      reasons: [],
      notices: [NOTICE],
      asked: [],
    });
  });

  test('is built once the freeze has ended, for the gate to say no to', async () => {
    expect(await freeze(await releaseWorkshop(), [OVER])).toBeUndefined();
  });
});

test('a registry that does not answer is an error, not an image without a release', async () => {
  const workshop = await releaseWorkshop();
  workshop.served.fault = () => ({ kind: 'status', status: 503 });
  await expect(freeze(workshop, [FREEZE])).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
});
