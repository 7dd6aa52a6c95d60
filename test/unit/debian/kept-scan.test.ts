import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { heldText, parseScan, scanText } from '../../../src/debian/index.ts';
import { findName } from '../../../src/debian/name-table.ts';
import { scanPackages } from '../../../src/debian/packages-scan.ts';
import { sha256Of } from '../../../src/oci/index.ts';

const name = fc.stringMatching(/^[a-z]{1,3}$/);
const stanza = fc.record({ name, provides: fc.option(name), isEssential: fc.boolean() });

function textOf(stanzas: readonly { name: string; provides: string | null; isEssential: boolean }[]): Buffer {
  const texts = stanzas.map((each) =>
    [
      `Package: ${each.name}`,
      ...(each.provides === null ? [] : [`Provides: ${each.provides} (= 1)`]),
      ...(each.isEssential ? ['Essential: yes'] : []),
      'Version: 1\n',
    ].join('\n'),
  );
  return Buffer.from(texts.join('\n'));
}

const index = sha256Of('an index');

test('what was kept is what is found: every name where it is, who provides, what is essential', () => {
  fc.assert(
    fc.property(fc.array(stanza, { maxLength: 30 }), (stanzas) => {
      const text = textOf(stanzas);
      const scan = scanPackages(heldText(text), 'Packages');
      const kept = parseScan(scanText(scan, index), index);
      expect(kept).toEqual(scan);
      for (const each of stanzas) {
        const places = findName(each.name, kept!.names);
        expect(places.map((at) => text.toString('utf8', at).split('\n', 1)[0])).toEqual(
          stanzas.filter((other) => other.name === each.name).map(() => `Package: ${each.name}`),
        );
      }
      const owners = stanzas.filter(({ provides }) => provides !== null).map((each) => each.name);
      expect(kept?.provides.map(({ owner }) => owner)).toEqual(owners);
      expect(kept?.essential).toEqual(
        stanzas.filter(({ isEssential }) => isEssential).map((each) => each.name),
      );
    }),
  );
});

describe('what does not count', () => {
  const text = scanText(scanPackages(heldText(textOf([])), 'Packages'), index);

  test.each<[summary: string, text: string | undefined, index: typeof index]>([
    ['nothing', undefined, index],
    ['an empty file', '', index],
    ['another index', text, sha256Of('another index')],
    ['a changed byte', text.replace('"essential":""', '"essential":"a"'), index],
    ['the end is missing', text.slice(0, -1), index],
    ['another version of ingot', `${sha256Of('{"index":1}')}\n{"index":1}`, index],
  ])('%s', (_, kept, of) => {
    expect(parseScan(kept, of)).toBeUndefined();
  });
});
