import fc from 'fast-check';
import { expect, test } from 'vitest';
import { objectEntries } from '../../../../src/stages/scan/debian-tracker/object-entries.ts';

const container = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()));

test('entries of any object of containers are those that JSON.parse finds', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), container),
      fc.constantFrom(undefined, 1, '\t'),
      (object, space) => {
        const text = JSON.stringify(object, undefined, space);
        const parsed = JSON.parse(text) as object;
        const entries = [...objectEntries(Buffer.from(text), 'it')].map(([key, json]) => [
          key,
          JSON.parse(json),
        ]);
        expect(entries).toEqual(Object.entries(parsed));
      },
    ),
  );
});

test('what breaks off anywhere is told', () => {
  const text = JSON.stringify({ a: { b: ['x\\"', 1] }, c: [{}] });
  for (let length = 0; length < text.length; length += 1) {
    expect(() => [...objectEntries(Buffer.from(text.slice(0, length)), 'it')]).toThrow(
      /cannot read it: it breaks off/,
    );
  }
});
