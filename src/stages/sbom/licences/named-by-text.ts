/**
 * "There are many versions of the MIT license" (copyright-format 1.0, clause 7.1), and files call several of them MIT
 * or X11: these names count only where the text is the one of SPDX's list. Who is not liable, and whose name must not
 * be used, may differ, as in SPDX's own templates.
 */
const GRANT = `
  permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
  documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
  rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to
  permit persons to whom the Software is furnished to do so, subject to the following conditions:
  the above copyright notice and this permission notice shall be included in all copies or substantial portions of the
  Software.
  the software is provided "as is", without warranty of any kind, express or implied, including but not limited to the
  warranties of merchantability, fitness for a particular purpose and noninfringement. in no event shall`;
const LIABILITY = `
  be liable for any claim, damages or other liability, whether in an action of contract, tort or otherwise, arising
  from, out of or in connection with the software or the use or other dealings in the software.`;
const NAME = `except as contained in this notice, the name of`;
const NO_NAME = `
  shall not be used in advertising or otherwise to promote the sale, use or other dealings in this Software without
  prior written authorization from`;

const SOMEBODY = '[a-z]{1,200}';

const TEXTS: ReadonlyMap<string, RegExp> = new Map([
  ['mit', wording([GRANT, LIABILITY, ''])],
  ['x11', wording([GRANT, LIABILITY + NAME, NO_NAME, ''])],
]);

function wording([first = '', ...parts]: readonly string[]): RegExp {
  const rest = parts.map((part) => (part === '' ? '' : `${SOMEBODY}${letters(part)}`)).join('');
  const end = parts.length > 2 ? SOMEBODY : '';
  return new RegExp(`^${letters(first)}${rest}${end}$`);
}

/** Line breaks, hyphens, quotes and bullets differ from file to file, and mean nothing. */
function letters(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z]/g, '');
}

export function isNamedByText(name: string): boolean {
  return TEXTS.has(name.toLowerCase());
}

/** Whether `text`, after the copyright notices in front of it, is the licence that SPDX calls so. */
export function hasTextOf(name: string, text: string): boolean {
  const start = text.search(/permission\s+is\s+hereby\s+granted/i);
  return start !== -1 && TEXTS.get(name.toLowerCase())?.test(letters(text.slice(start))) === true;
}
