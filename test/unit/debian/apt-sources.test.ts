import { describe, expect, test } from 'vitest';
import { parseAptSources, type ArchiveUrl } from '../../../src/debian/index.ts';

const SECURITY: ArchiveUrl = { archive: 'debian-security', url: 'http://mirror.example/debian-security' };
const MAIN: ArchiveUrl = { archive: 'debian', url: 'http://mirror.example/debian' };

const DEB822 = `Types: deb deb-src
# a snapshot of the day
URIs: http://mirror.example/debian
Suites: trixie trixie-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security/
Suites: trixie-security
Components: main
`;

describe('parseAptSources', () => {
  test.each<{ summary: string; path?: string; text: string; expected: readonly ArchiveUrl[] }>([
    { summary: 'deb822', text: DEB822, expected: [MAIN, SECURITY] },
    {
      summary: 'several URIs, over several lines',
      text: 'Types: deb\nURIs: http://mirror.example/debian\n https://other.example/a/debian/\nSuites: sid\n',
      expected: [MAIN, { archive: 'debian', url: 'https://other.example/a/debian' }],
    },
    ...['no', 'No', 'false', 'off', '0'].map((value) => ({
      summary: `a stanza with Enabled: ${value}`,
      text: `Enabled: ${value}\nTypes: deb\nURIs: http://mirror.example/debian\n`,
      expected: [],
    })),
    {
      summary: 'a stanza with Enabled: yes',
      text: 'Enabled: yes\nTypes: deb\nURIs: http://mirror.example/debian\n',
      expected: [MAIN],
    },
    { summary: 'only deb-src', text: 'Types: deb-src\nURIs: http://mirror.example/debian\n', expected: [] },
    {
      summary: 'what is neither http nor https, and other archives',
      text: 'Types: deb\nURIs: file:/srv/debian cdrom:[x]/ ftp://mirror.example/debian mirror+file:/etc/debian http://mirror.example/ubuntu http://debian\n',
      expected: [],
    },
    {
      summary: 'one-line sources',
      path: '/etc/apt/sources.list',
      text: `deb http://mirror.example/debian trixie main # ours
deb   [ arch=amd64,arm64 signed-by=/x.gpg ]   http://mirror.example/debian-security/ trixie-security main
deb-src http://source.example/debian trixie main
# deb http://old.example/debian trixie main
#deb http://old.example/debian trixie main
deb http://incomplete.example/debian
`,
      expected: [MAIN, SECURITY],
    },
    {
      summary: 'each URL once',
      path: '/etc/apt/sources.list.d/x.list',
      text: 'deb http://mirror.example/debian trixie main\ndeb http://mirror.example/debian/ trixie-updates main\n',
      expected: [MAIN],
    },
  ])('$summary', ({ path = '/etc/apt/sources.list.d/debian.sources', text, expected }) => {
    expect(parseAptSources([{ path, text }])).toEqual(expected);
  });

  test('reads all files in their order', () => {
    const list = { path: '/etc/apt/sources.list', text: 'deb http://first.example/debian trixie main\n' };
    const sources = { path: '/etc/apt/sources.list.d/debian.sources', text: DEB822 };
    expect(parseAptSources([list, sources]).map(({ url }) => url)).toEqual([
      'http://first.example/debian',
      MAIN.url,
      SECURITY.url,
    ]);
  });

  test('names the file that cannot be read', () => {
    expect(() => parseAptSources([{ path: '/etc/apt/sources.list.d/x.sources', text: 'nonsense' }])).toThrow(
      'cannot read /etc/apt/sources.list.d/x.sources: line 1: expected "Field: value", got "nonsense"',
    );
  });
});
