import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCopyright } from '../../../src/debian/index.ts';

const FORMAT = 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n';

describe('parseCopyright', () => {
  test('Files stanzas have licences, stand-alone ones their texts', () => {
    const text = `${FORMAT}Upstream-Name: x
License: ignored

Files: *
Copyright: 2026 somebody
License: GPL-2+ or Artistic

Files: debian/*
Copyright: 2026 somebody else
License: ISC
 Permission to use.
 .
 No warranty.

License: GPL-2+
 See /usr/share/common-licenses/GPL-2.

License:  Artistic
Comment: nothing more is said
`;
    expect(parseCopyright(text)).toEqual({
      licences: [
        { synopsis: 'GPL-2+ or Artistic', text: '' },
        { synopsis: 'ISC', text: 'Permission to use.\n\nNo warranty.' },
      ],
      texts: new Map([
        ['gpl-2+', 'See /usr/share/common-licenses/GPL-2.'],
        ['artistic', ''],
      ]),
    });
  });

  test.each([
    ['http', FORMAT.replace('https', 'http')],
    ['no slash at the end', FORMAT.replace('1.0/', '1.0')],
    ['another case of the field', FORMAT.replace('Format', 'format')],
  ])('version 1.0: %s', (_, format) => {
    expect(parseCopyright(`${format}\nFiles: *\nLicense: ISC\n`)?.licences).toHaveLength(1);
  });

  test.each([
    ['no text', ''],
    ['free text', 'This is free software.\n\nLicense: GPL\n'],
    ['a draft of the format', 'Format: http://dep.debian.net/deps/dep5\n\nFiles: *\nLicense: ISC\n'],
    ['another version', `${FORMAT.replace('1.0', '2.0')}\nFiles: *\nLicense: ISC\n`],
    ['no Files stanza', `${FORMAT}\nLicense: ISC\n text\n`],
    ['a Files stanza without licence', `${FORMAT}\nFiles: *\nLicense: ISC\n\nFiles: a\nCopyright: x\n`],
    ['broken control data', `${FORMAT}\nFiles: *\nLicense: ISC\nand so on\n`],
  ])('%s is not machine-readable', (_, text) => {
    expect(parseCopyright(text)).toBeUndefined();
  });

  test('never fails, whatever a file holds', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseCopyright(text);
        parseCopyright(`${FORMAT}\nFiles: *\nLicense: ${text}`);
      }),
    );
  });
});
