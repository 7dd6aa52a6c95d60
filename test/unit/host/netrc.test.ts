import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNetrc, type NetrcEntry } from '../../../src/host/netrc.ts';

const ADA: NetrcEntry = { machine: 'a.test', login: 'ada', password: 'x' };

describe('netrc', () => {
  test.each<{ summary: string; text: string; expected: readonly NetrcEntry[] }>([
    { summary: 'nothing', text: '', expected: [] },
    { summary: 'one line', text: 'machine a.test login ada password x', expected: [ADA] },
    {
      summary: 'many lines, tabs',
      text: 'machine a.test\r\n\tlogin ada\r\n\tpassword x\r\n',
      expected: [ADA],
    },
    { summary: 'password first', text: 'machine a.test password x login ada', expected: [ADA] },
    { summary: 'an account', text: 'machine a.test login ada account login password x', expected: [ADA] },
    {
      summary: 'a comment',
      text: '# machine b.test\nmachine a.test\n  # login eve\nlogin ada password x',
      expected: [ADA],
    },
    {
      summary: 'a password with #',
      text: 'machine a.test login ada password x#y',
      expected: [{ ...ADA, password: 'x#y' }],
    },
    {
      summary: 'quoted words',
      text: String.raw`machine a.test login "ada l" password "x \"y\" \\ \n"`,
      expected: [{ machine: 'a.test', login: 'ada l', password: 'x "y" \\ \n' }],
    },
    {
      summary: 'a quote that does not end',
      text: 'machine a.test login ada password "x',
      expected: [{ ...ADA, password: '"x' }],
    },
    {
      summary: 'values that are keywords',
      text: 'machine machine login password password login',
      expected: [{ machine: 'machine', login: 'password', password: 'login' }],
    },
    {
      summary: 'the default',
      text: 'machine a.test login ada password x default login eve password y',
      expected: [ADA, { machine: undefined, login: 'eve', password: 'y' }],
    },
    {
      summary: 'a macro, whatever is in it',
      text: 'machine a.test login ada password x macdef init\nmachine b.test\npassword y\n\nmachine c.test password z',
      expected: [ADA, { machine: 'c.test', login: '', password: 'z' }],
    },
    {
      summary: 'a macro to the end',
      text: 'machine a.test login ada password x\nmacdef m\ncd pub',
      expected: [ADA],
    },
    {
      summary: 'no password',
      text: 'machine b.test login eve machine a.test login ada password x',
      expected: [ADA],
    },
    {
      summary: 'the first of two',
      text: 'machine a.test login ada login eve password x password y',
      expected: [ADA],
    },
    { summary: 'an end too soon', text: 'machine a.test login ada password', expected: [] },
    { summary: 'no machine', text: 'login ada password x machine', expected: [] },
  ])('$summary', ({ text, expected }) => {
    expect(parseNetrc(text, 'netrc')).toEqual(expected);
  });
});

test("apt's files have no quotes, default and macdef", () => {
  const text = 'machine a.test login "ada" password "x\ndefault login eve\nmacdef password y';
  expect(parseNetrc(text, 'apt')).toEqual([{ machine: 'a.test', login: '"ada"', password: '"x' }]);
});

describe('anything written is read back', () => {
  const word = fc.stringMatching(/^[!-~]{1,12}$/);
  const entry = fc.record({ machine: fc.option(word, { nil: undefined }), login: word, password: word });
  const gap = fc.constantFrom(
    ' ',
    '\t',
    '\n',
    '  \r\n ',
    '\n# machine x password y\n',
    ' macdef m\npassword z\n\n',
  );

  function quoted(text: string): string {
    return `"${text.replaceAll(/["\\]/g, (letter) => `\\${letter}`)}"`;
  }

  test('by netrc', () => {
    fc.assert(
      fc.property(fc.array(entry), fc.array(gap, { minLength: 1 }), (entries, gaps) => {
        const text = entries.map(({ machine, login, password }, index) => {
          const name = machine === undefined ? 'default' : `machine ${quoted(machine)}`;
          return `${name} login ${quoted(login)}\npassword ${quoted(password)}${gaps[index % gaps.length] ?? ''}\n`;
        });
        expect(parseNetrc(text.join(''), 'netrc')).toEqual(entries);
      }),
    );
  });

  test('and no text is too odd', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('netrc' as const, 'apt' as const),
        (text, dialect) => {
          expect(parseNetrc(text, dialect).every(({ machine }) => machine !== '')).toBe(true);
        },
      ),
    );
  });
});
