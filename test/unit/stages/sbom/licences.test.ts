import fc from 'fast-check';
import parseSpdxExpression from 'spdx-expression-parse';
import { describe, expect, test } from 'vitest';
import { spdxOfException, spdxOfShortName } from '../../../../src/stages/sbom/licences/debian-names.ts';
import { licencesOf } from '../../../../src/stages/sbom/licences/index.ts';

const FORMAT = 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n';

function files(...synopses: readonly string[]): string {
  return FORMAT + synopses.map((synopsis) => `\nFiles: *\nLicense: ${synopsis}\n`).join('');
}

/** The digests are only there to keep texts apart. */
function expressionOf(copyright: string): string {
  return licencesOf(copyright, 'hello').expression.replaceAll(/(LicenseRef-\S+?)-[0-9a-f]{8}\b/g, '$1');
}

const MIT = ` Permission is hereby granted, free of charge, to any person obtaining a copy of
 this software and associated documentation files (the “Software”), to deal in
 the Software without restriction, including without limitation the rights to
 use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies
 of the Software, and to permit persons to whom the Software is furnished to do
 so, subject to the following conditions:
 .
 The above copyright notice and this permission notice shall be included in all
 copies or substantial portions of the Software.
 .
 THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
 IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
 FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
 AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
 LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
 OUT OF OR IN CONNEC-
 TION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;
const X11 = `${MIT} .
 Except as contained in this notice, the name of the X Consortium shall not be
 used in advertising or otherwise to promote the sale, use or other dealings in
 this Software without prior written authorization from the X Consortium.
`;
const OLD_MIT = ` Permission is hereby granted, without written agreement and without
 license or royalty fees, to use, copy, modify, and distribute this software.
`;

describe('Debian short names', () => {
  test.each([
    ['Expat', 'MIT'],
    ['expat', 'MIT'],
    ['GPL-1', 'GPL-1.0-only'],
    ['GPL-2+', 'GPL-2.0-or-later'],
    ['gpl-2.0.0+', 'GPL-2.0-or-later'],
    ['GPL-2.0-or-later', 'GPL-2.0-or-later'],
    ['LGPL-2', 'LGPL-2.0-only'],
    ['LGPL-2.1+', 'LGPL-2.1-or-later'],
    ['AGPL-3+', 'AGPL-3.0-or-later'],
    ['GFDL-1.3', 'GFDL-1.3-only'],
    ['GFDL-NIV-1.3+', 'GFDL-1.3-no-invariants-or-later'],
    ['BSD-3-clause', 'BSD-3-Clause'],
    ['Apache-2', 'Apache-2.0'],
    ['Artistic', 'Artistic-1.0-Perl'],
    ['Artistic-2', 'Artistic-2.0'],
    ['CC0', 'CC0-1.0'],
    ['Perl', '(Artistic-1.0-Perl OR GPL-1.0-or-later)'],
    ['MPL-2.0+', 'MPL-2.0+'],
    ['Zope-2.1', 'ZPL-2.1'],
    ['BSL-1', 'BSL-1.0'],
    ['curl', 'curl'],
    // no licence, no version, not on SPDX's list, or names that files make up
    ['public-domain', undefined],
    ['GPL', undefined],
    ['LGPL', undefined],
    ['Apache', undefined],
    ['CC-BY', undefined],
    ['GFDL-1.0', undefined],
    ['Zope-1.0', undefined],
    ['W3C-Software', undefined],
    ['BSD', undefined],
    ['BSD-2', undefined],
    ['MIT/X11', undefined],
    ['GPL2', undefined],
    ['+', undefined],
  ])('%s: %s', (name, expected) => {
    expect(spdxOfShortName(name)).toBe(expected);
  });

  test.each([
    ['Font', 'Font-exception-2.0'],
    ['LLVM', 'LLVM-exception'],
    ['Libtool', 'Libtool-exception'],
    ['Linux-syscall-note', 'Linux-syscall-note'],
    ['OpenSSL', undefined],
    ['Autoconf', undefined],
    ['Classpath', undefined],
  ])('exception %s: %s', (keyword, expected) => {
    expect(spdxOfException(keyword)).toBe(expected);
  });
});

describe('licences of a package', () => {
  test.each<{ summary: string; copyright: string; expected: string }>([
    { summary: 'one', copyright: files('Expat'), expected: 'MIT' },
    { summary: 'the same twice', copyright: files('Expat', 'expat'), expected: 'MIT' },
    {
      summary: 'all of all files, sorted',
      copyright: files('LGPL-2.1+', 'GPL-2 and ISC'),
      expected: 'GPL-2.0-only AND ISC AND LGPL-2.1-or-later',
    },
    {
      summary: 'a choice',
      copyright: files('GPL-1+ or Artistic'),
      expected: 'Artistic-1.0-Perl OR GPL-1.0-or-later',
    },
    {
      summary: 'a choice among more',
      copyright: files('GPL-1+ or Artistic', 'Artistic or GPL-1+', 'GPL-1+ or Artistic, and ISC'),
      expected: '(Artistic-1.0-Perl OR GPL-1.0-or-later) AND ISC',
    },
    { summary: 'a choice of one', copyright: files('MIT-0 or mit-0'), expected: 'MIT-0' },
    {
      summary: 'a known exception',
      copyright: files('Apache-2.0 with LLVM exception'),
      expected: 'Apache-2.0 WITH LLVM-exception',
    },
    {
      summary: 'an exception that SPDX does not have',
      copyright: files('GPL-2+ with OpenSSL exception'),
      expected: 'LicenseRef-GPL-2-with-OpenSSL-exception',
    },
    {
      summary: 'an exception to two licences',
      copyright: files('Perl with LLVM exception'),
      expected: 'LicenseRef-Perl-with-LLVM-exception',
    },
    {
      summary: 'a name of its own among known ones',
      copyright: files('ISC or public-domain'),
      expected: 'ISC OR LicenseRef-public-domain',
    },
    {
      summary: 'a line that does not follow the syntax',
      copyright: files('mostly harmless, see the source'),
      expected: 'LicenseRef-mostly-harmless-see-the-source',
    },
    { summary: 'no name', copyright: files('\n some text'), expected: 'LicenseRef-unnamed' },
    { summary: 'free text', copyright: 'Free as in beer.\n', expected: 'LicenseRef-hello-copyright' },
    { summary: 'MIT by its text', copyright: files(`MIT\n${MIT}`), expected: 'MIT' },
    {
      summary: 'MIT in a choice, its text on its own',
      copyright: `${files('MIT or Apache-2.0')}\nLicense: MIT\n Copyright (c) 2026 somebody\n .\n${MIT}`,
      expected: 'Apache-2.0 OR MIT',
    },
    { summary: 'X11 by its text', copyright: files(`X11\n${X11}`), expected: 'X11' },
    { summary: 'X11 called MIT', copyright: files(`MIT\n${X11}`), expected: 'LicenseRef-MIT' },
    { summary: 'MIT called X11', copyright: files(`X11\n${MIT}`), expected: 'LicenseRef-X11' },
    {
      summary: 'another licence called MIT',
      copyright: files(`MIT\n${OLD_MIT}`),
      expected: 'LicenseRef-MIT',
    },
    { summary: 'MIT without a text', copyright: files('MIT'), expected: 'LicenseRef-MIT' },
  ])('$summary', ({ copyright, expected }) => {
    expect(expressionOf(copyright)).toBe(expected);
  });

  test('every reference has its text', () => {
    const copyright = `${files('ISC or public-domain', 'Beer\n Buy me one.', 'nothing')}
License: public-domain
 Nobody owns it.
`;
    const { expression, texts } = licencesOf(copyright, 'hello');
    expect(texts.map(({ name, text }) => ({ name, text }))).toEqual([
      { name: 'Beer', text: 'Buy me one.' },
      { name: 'nothing', text: 'The copyright file says "nothing", and no more.' },
      { name: 'public-domain', text: 'Nobody owns it.' },
    ]);
    expect(expression.match(/LicenseRef-[\w.-]+/g)?.sort()).toEqual(texts.map(({ ref }) => ref));
  });

  test('another text under the same name is another reference', () => {
    const [first, second] = ['One says so.', 'Another says so.'].map(
      (text) => licencesOf(files(`public-domain\n ${text}`), 'hello').expression,
    );
    expect(first).not.toBe(second);
  });

  test('whatever a file says, the expression is valid SPDX, its ids are on the list, and the texts are there', () => {
    const word = fc.oneof(
      fc.constantFrom('and', 'or', 'with', 'exception', ',', '(', ')', 'GPL-2+', 'Expat', 'Perl', 'LLVM'),
      fc.string({ minLength: 1, maxLength: 8 }),
    );
    const synopsis = fc.array(word, { minLength: 1, maxLength: 9 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(synopsis, { minLength: 1, maxLength: 4 }), (synopses) => {
        const { expression, texts } = licencesOf(files(...synopses), 'hello');
        expect(() => parseSpdxExpression(expression)).not.toThrow();
        for (const { ref } of texts) {
          expect(ref).toMatch(/^LicenseRef-[A-Za-z0-9.-]+$/);
          expect(expression).toContain(ref);
        }
      }),
    );
  });
});
