import { describe, expect, test } from 'vitest';
import { changelogBetween, parseChangelog } from '../../../src/debian/index.ts';

const CHANGELOG = `openssl (3.5.9-1~deb13u1) trixie-security; urgency=medium

  * New upstream version 3.5.9
    - CVE-2026-126714 (Use after free), CVE-2026-9999.
    - cve-2026-1234 again, and CVE-2026-126714.

 -- Maintainer One <one@example.org>  Sat, 14 Nov 2026 10:00:00 +0100

openssl (3.5.4-1~deb13u2) trixie-security trixie; urgency=high; binary-only=yes

  * Fix CVE-2025-9230 and CVE-2025-123; see README-CVE-2020-12345.

 -- Maintainer Two <two@example.org>  Tue, 30 Sep 2025 10:00:00 +0200

openssl (3.5.1-1+deb13u1) trixie; urgency=medium

  * Nothing of note.

 -- Maintainer One <one@example.org>  Fri, 01 Aug 2025 10:00:00 +0200

openssl (3.0.1-1) unstable; urgency=medium

  * CVE-2021-4044.

 -- Maintainer One <one@example.org>  Fri, 14 Jan 2022 10:00:00 +0100
`;

describe('parseChangelog', () => {
  test('names the CVEs of each version, with any number of digits', () => {
    expect(parseChangelog(CHANGELOG)).toEqual([
      { version: '3.5.9-1~deb13u1', cves: ['CVE-2026-126714', 'CVE-2026-9999', 'CVE-2026-1234'] },
      { version: '3.5.4-1~deb13u2', cves: ['CVE-2025-9230', 'CVE-2020-12345'] },
      { version: '3.5.1-1+deb13u1', cves: [] },
      { version: '3.0.1-1', cves: ['CVE-2021-4044'] },
    ]);
  });

  test.each(['', 'CVE-2026-0001 in no entry\n'])('"%s" has no entries', (text) => {
    expect(parseChangelog(text)).toEqual([]);
  });
});

describe('changelogBetween', () => {
  test.each<[older: string, newer: string, expected: readonly string[]]>([
    ['3.5.4-1~deb13u2', '3.5.9-1~deb13u1', ['CVE-2026-1234', 'CVE-2026-9999', 'CVE-2026-126714']],
    ['3.5.1-1+deb13u1', '3.5.4-1~deb13u2', ['CVE-2020-12345', 'CVE-2025-9230']],
    ['3.0.1-1', '3.5.1-1+deb13u1', []],
    ['3.5.9-1~deb13u1', '3.5.9-1~deb13u1', []],
    ['3.5.9-1~deb13u1', '3.5.1-1+deb13u1', []],
    ['1.0', '3.0.1-1', ['CVE-2021-4044']],
  ])('after %s up to %s', (older, newer, expected) => {
    expect(changelogBetween(CHANGELOG, older, newer)).toEqual(expected);
  });
});
