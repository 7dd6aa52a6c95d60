import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chunksOf, heldText, piecesOf, stanzaTextAt } from '../../../src/debian/index-text.ts';

const stanza = fc
  .tuple(fc.stringMatching(/^[a-z]{1,12}$/), fc.array(fc.stringMatching(/^ [a-zé]{0,40}$/), { maxLength: 5 }))
  .map(([name, lines]) => [`Package: ${name}`, 'Description:', ...lines].join('\n'));

const texts = fc
  .tuple(
    fc.array(stanza, { maxLength: 12 }),
    fc.constantFrom('\n\n', '\n\n\n'),
    fc.constantFrom('', '\n', '\n\n'),
  )
  .map(([stanzas, between, end]) => ({
    stanzas,
    text: stanzas.length === 0 ? '' : stanzas.join(between) + end,
  }));

test('pieces are whole stanzas, and all of the text, however long a piece is', () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 200 }), ({ text }, pieceBytes) => {
      const bytes = Buffer.from(text);
      const pieces = [...piecesOf(heldText(bytes), pieceBytes)];
      expect(Buffer.concat(pieces.map((piece) => piece.text)).toString()).toBe(text);
      for (const piece of pieces) {
        expect(piece.text.toString()).toMatch(/^Package: /);
        expect(bytes.subarray(piece.at, piece.at + piece.text.length)).toEqual(piece.text);
      }
    }),
  );
});

test('a stanza is found where it begins', () => {
  fc.assert(
    fc.property(texts, ({ text, stanzas }) => {
      const held = heldText(Buffer.from(text));
      let at = 0;
      for (const each of stanzas) {
        at = Buffer.from(text).indexOf(each, at);
        expect(stanzaTextAt(held, at).trimEnd()).toBe(each.trimEnd());
        at += Buffer.byteLength(each);
      }
    }),
  );
});

test('a stanza may be longer than what is read at first', () => {
  const long = `Package: a\nDescription: ${'x'.repeat(100_000)}`;
  expect(stanzaTextAt(heldText(Buffer.from(`${long}\n\nPackage: b\n`)), 0)).toBe(long);
});

test('chunks are all of the text', () => {
  const bytes = Buffer.alloc(9 << 20, 'package');
  expect(Buffer.concat([...chunksOf(heldText(bytes))]).equals(bytes)).toBe(true);
});
