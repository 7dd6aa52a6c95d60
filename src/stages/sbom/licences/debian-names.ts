import { spdxException, spdxLicence } from './spdx-list.ts';

/** "Artistic license 1.0" is, in Debian, what `/usr/share/common-licenses/Artistic` says (policy 12.5): perl's. */
const ARTISTIC_1 = 'Artistic-1.0-Perl';

/**
 * Standard short names (copyright-format 1.0, clause 7.1) whose SPDX id is another. Not here: names that are SPDX ids
 * anyway, such as BSD-3-clause, ISC and Zlib; `public-domain`, which is no licence; `W3C`, of which SPDX has three.
 */
const FIXED: ReadonlyMap<string, string> = new Map([
  ['artistic', ARTISTIC_1],
  ['artistic-1', ARTISTIC_1],
  ['artistic-1.0', ARTISTIC_1],
  // there is one version of these
  ['cc0', 'CC0-1.0'],
  ['cpl', 'CPL-1.0'],
  ['qpl', 'QPL-1.0'],
  ['expat', 'MIT'],
  // clause 7.1: "use GPL-1+ or Artistic-1 instead"
  ['perl', `(${ARTISTIC_1} OR GPL-1.0-or-later)`],
  ['zope-1.1', 'ZPL-1.1'],
  ['zope-2', 'ZPL-2.0'],
  ['zope-2.0', 'ZPL-2.0'],
  ['zope-2.1', 'ZPL-2.1'],
]);

/** SPDX names these by what the grant says of later versions, and by whether there are invariant sections. */
const GNU = /^(agpl|gpl|lgpl|gfdl)(-niv)?-(\d[\w.]*)(\+?)$/;

/**
 * The SPDX expression a short name stands for, whatever text it has; undefined where that is not certain. "If the
 * version number is omitted, the lowest version number is implied" (clause 7.1) is not what is meant by it: `GPL` of
 * findutils is "version 2 […] or any later version" in its text.
 */
export function spdxOfShortName(name: string): string | undefined {
  const key = name.toLowerCase();
  const fixed = FIXED.get(key);
  if (fixed !== undefined) {
    return fixed;
  }
  const [, family, isFree, version, plus] = GNU.exec(key) ?? [];
  if (family !== undefined && version !== undefined) {
    const sections = isFree === undefined ? '' : '-no-invariants';
    return spdxLicence(`${family}-${twoParts(version)}${sections}-${plus === '+' ? 'or-later' : 'only'}`);
  }
  return spdxLicence(name) ?? orLater(name);
}

/** SPDX 2.3, annex D.3: `MPL-2.0+`. */
function orLater(name: string): string | undefined {
  const id = name.endsWith('+') ? spdxLicence(name.slice(0, -1)) : undefined;
  return id === undefined ? undefined : `${id}+`;
}

/** Keywords of clause 7.1 with another id in SPDX. The OpenSSL exception, which has many wordings, has none there. */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map([['font', 'Font-exception-2.0']]);

export function spdxOfException(keyword: string): string | undefined {
  return (
    EXCEPTIONS.get(keyword.toLowerCase()) ?? spdxException(keyword) ?? spdxException(`${keyword}-exception`)
  );
}

/** `2` and `2.0.0` are `2.0`. */
function twoParts(version: string): string {
  const short = version.replace(/(?:\.0)+$/, '');
  return short.includes('.') ? short : `${short}.0`;
}
