import { expect, test } from 'vitest';
import { loadCatalog } from '../../../src/catalog/index.ts';
import { gateConditions } from '../../../src/pipeline/gate-conditions.ts';
import { decideGate, endOfLifeWarnings } from '../../../src/stages/gate/index.ts';
import { GOOD_CATALOG, temporaryFolder, writeCatalog } from '../../support/catalog-folder.ts';
import { releasedOutcome } from '../../support/runs.ts';

const DECISION = {
  kind: 'extend',
  target: 'node-22',
  owner: 'payments',
  reason: 'the move is in June',
  expires: '2027-06-30',
};

/** What the gate says of both tracks of node on a day, with a catalog as it is written. */
async function judge(day: string) {
  using folder = temporaryFolder();
  writeCatalog(folder.path, { ...GOOD_CATALOG, 'decisions/node.json': DECISION });
  const loaded = await loadCatalog(folder.path);
  if (loaded.kind === 'problems') {
    throw new Error(JSON.stringify(loaded.problems));
  }
  const { catalog } = loaded;
  const conditions = gateConditions({ catalog, runStartedAt: new Date(`${day}T12:00:00Z`) });
  const nodes = catalog.entries.filter(({ repository }) => repository === 'node');
  return nodes.map((entry) => {
    const outcome = releasedOutcome(entry.id);
    if (outcome.kind !== 'released') {
      throw new Error('this is fixed');
    }
    const verdict = decideGate({ entry, report: outcome.report, scan: outcome.scan }, conditions);
    const reasons = verdict.kind === 'block' ? verdict.reasons : [];
    return [
      entry.id,
      reasons.filter(({ rule }) => rule === 'end-of-life').map(({ message }) => message),
      endOfLifeWarnings(entry, conditions),
    ];
  });
}

test('a decision in the catalog lets its image go on past the end, and no other, until it expires', async () => {
  expect(await judge('2027-01-29')).toEqual([
    ['node-24', [], []],
    ['node-22', [], []],
  ]);
  expect(await judge('2027-01-30')).toEqual([
    ['node-24', [], []],
    ['node-22', [], ['support ends on 2027-04-30, in 90 days']],
  ]);
  expect(await judge('2027-05-01')).toEqual([
    ['node-24', [], []],
    [
      'node-22',
      [],
      [
        'support ended on 2027-04-30; decisions/node.json goes on until 2027-06-30: the move is in June (payments)',
      ],
    ],
  ]);
  expect(await judge('2028-05-01')).toEqual([
    ['node-24', ['support ended on 2028-04-30'], []],
    ['node-22', ['support ended on 2027-04-30; the decision decisions/node.json expired on 2027-06-30'], []],
  ]);
});
