import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import data from '../../../data/end-of-life.json' with { type: 'json' };
import { publishedDates } from '../../../src/catalog/end-of-life.ts';
import { ownCatalog, REPOSITORY } from '../../support/repository.ts';
import { problemsAfter } from '../../support/catalog-mistakes.ts';

test('data/end-of-life.json has dates and where they are published', () => {
  const line = z.strictObject({
    release: z.iso.date(),
    'end-of-life': z.iso.date().optional(),
    suite: z.string().optional(),
  });
  const product = z.strictObject({ source: z.url(), lines: z.record(z.string(), line) });
  const products = z.record(z.string(), product).parse(data);
  const wrong = Object.values(products).flatMap(({ lines }) =>
    Object.values(lines).filter((each) => each.release >= (each['end-of-life'] ?? '9')),
  );
  expect(wrong).toEqual([]);
});

test.each([
  ['python', '3.13', 'trixie', '2029-10-31'],
  ['python', '3.11', 'bookworm', '2027-10-31'],
  ['python', '3.14', 'bookworm', '2028-06-30'],
  ['python', '3.14', 'forky', '2030-10-31'],
  ['node', '24', 'trixie', '2028-04-30'],
  ['debian', '13', 'trixie', '2030-06-30'],
  ['java', '17', 'bookworm', '2028-06-30'],
  ['bun', '1', 'trixie', '2030-06-30'],
  ['bun', '1', 'forky', undefined],
  ['python', '2.7', 'trixie', undefined],
  ['cobol', '1', 'trixie', undefined],
])('%s %s on %s ends on %s', (upstream, tag, suite, endOfLife) => {
  expect(publishedDates(upstream, { tag, suite })?.endOfLife).toBe(endOfLife);
});

test('dates can be left to an upstream that has published them', async () => {
  const problems = await problemsAfter((files) => {
    files['images/node.json'].upstream = 'node';
    delete files['images/node.json'].tracks[0].dates;
  });
  expect(problems).toEqual([]);
});

test('dates that nobody knows are asked for', async () => {
  const problems = await problemsAfter((files) => {
    delete files['images/base.json'].tracks[0].dates;
    files['images/node.json'].upstream = 'node';
    files['images/node.json'].tracks[0].tag = '23';
    delete files['images/node.json'].tracks[0].dates;
  });
  expect(problems).toEqual([
    'images/base.json: tracks[0].dates: expected the dates, or "upstream" in the file, whose published dates count then, got neither',
    'images/node.json: tracks[0].dates: expected the dates, as those of node "23" are not known ("20", "22", "24" or "26" are), got nothing',
  ]);
});

test('the end of a Debian release that is not known has to be told where upstream names none', async () => {
  const problems = await problemsAfter((files) => {
    files['images/node.json'].upstream = 'bun';
    Object.assign(files['images/node.json'].tracks[0], { tag: '1', suite: 'forky', dates: undefined });
  });
  expect(problems).toEqual([
    'images/node.json: tracks[0].dates: expected the dates, as neither bun "1" nor Debian "forky" has an end that is known, got nothing',
  ]);
});

test('no image file of ours repeats what stands in data/end-of-life.json', async () => {
  const { entries } = await ownCatalog();
  const files = new Set(entries.map(({ file }) => file));
  expect(
    [...files].filter((file) => readFileSync(path.join(REPOSITORY, file), 'utf8').includes('"dates"')),
  ).toEqual([]);
});

test('an upstream with a typo is told once', async () => {
  const problems = await problemsAfter((files) => {
    files['images/node.json'].upstream = 'nod';
    delete files['images/node.json'].tracks[0].dates;
  });
  expect(problems).toEqual(['images/node.json: upstream: unknown upstream "nod", did you mean "node"?']);
});

test.each([
  [{ target: 'node-*' }, []],
  [{ target: 'nod-24' }, ['decisions/x.json: target: no image matches "nod-24", did you mean "node-24"?']],
  [
    { kind: 'forgive' },
    [
      'decisions/x.json: kind: expected "waive", "hold", "freeze", "withdraw", "accept" or "extend", got "forgive"',
    ],
  ],
  [{ owner: ' ' }, ['decisions/x.json: owner: expected some text, got " "']],
  [{ expires: 'soon' }, ['decisions/x.json: expires: expected a date such as "2029-10-31", got "soon"']],
  [{ owner: undefined }, ['decisions/x.json: owner: expected a string, got nothing']],
  [
    { until: '2027-01-01' },
    [
      'decisions/x.json: until: unknown key "until", expected "kind", "$schema", "target", "owner", "reason" or "expires"',
    ],
  ],
])('a decision with %j', async (fields, expected) => {
  const decision = {
    kind: 'extend',
    target: 'node-22',
    owner: 'payments',
    reason: 'the move is in May',
    expires: '2027-06-30',
  };
  const problems = await problemsAfter((files) => {
    files['decisions/x.json'] = { ...decision, ...fields };
  });
  expect(problems).toEqual(expected);
});
