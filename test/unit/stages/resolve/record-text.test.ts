import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordText } from '../../../../src/stages/resolve/record-text.ts';

test('a record without lists of records is one line', () => {
  const text = recordText({ name: 'x', empty: [], rows: [{ a: 1, of: { b: ['c', 'd'] } }, { a: 2 }] });
  expect(text).toBe(
    '{\n  "name": "x",\n  "empty": [],\n  "rows": [\n    {"a":1,"of":{"b":["c","d"]}},\n    {"a":2}\n  ]\n}\n',
  );
});

test('it is JSON, whatever the record', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (record) => {
      expect(JSON.parse(recordText(record))).toEqual(JSON.parse(JSON.stringify(record)));
    }),
  );
});
