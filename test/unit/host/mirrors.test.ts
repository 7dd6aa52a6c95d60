import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findMirrors } from '../../../src/host/mirrors.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const deb822 = `Types: deb
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main

Types: deb
URIs: http://mirror.example/debian-security/
Suites: bookworm-security
Components: main
`;

const cases = [
  {
    summary: "apt's deb822 sources",
    files: { 'sources.list.d/debian.sources': deb822 },
    expected: ['http://mirror.example/debian', 'http://mirror.example/debian-security'],
  },
  {
    summary: 'one-line sources, and sources.list before sources.list.d',
    files: {
      'sources.list': 'deb [arch=amd64] https://first.example/debian bookworm main\n',
      'sources.list.d/debian.sources': deb822,
    },
    expected: ['https://first.example/debian', 'http://mirror.example/debian-security'],
  },
  {
    summary: 'files apt does not read',
    files: { 'sources.list.d/debian.sources.bak': deb822 },
    expected: ['http://ftp.debian.org/debian', 'http://ftp.debian.org/debian-security'],
  },
  {
    summary: "the catalog's archives where apt has none",
    files: { 'sources.list': 'deb https://packages.example/tool stable main\n' },
    archives: { debian: 'https://catalog.example/debian/' },
    expected: ['https://catalog.example/debian', 'http://ftp.debian.org/debian-security'],
  },
  {
    summary: 'the environment before everything else',
    files: { 'sources.list.d/debian.sources': deb822 },
    archives: { debian: 'https://catalog.example/debian/' },
    environment: { INGOT_DEBIAN_MIRROR: 'https://variable.example/debian/' },
    expected: ['https://variable.example/debian', 'https://variable.example/debian-security'],
  },
  {
    summary: 'nothing at all',
    files: {},
    expected: ['http://ftp.debian.org/debian', 'http://ftp.debian.org/debian-security'],
  },
] as const;

async function rootWith(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(root, 'etc/apt', name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return root;
}

test.each(cases)('$summary', async (row) => {
  const mirrors = await findMirrors({
    root: await rootWith(row.files),
    archives: 'archives' in row ? row.archives : {},
    environment: 'environment' in row ? row.environment : {},
  });
  expect([mirrors.debian, mirrors['debian-security']]).toEqual(row.expected);
});

test.each(['debian', 'ftp://mirror.example/debian'])('refuses INGOT_DEBIAN_MIRROR=%s', async (value) => {
  const root = await temporaryFolder();
  await expect(
    findMirrors({ root, archives: {}, environment: { INGOT_DEBIAN_MIRROR: value } }),
  ).rejects.toMatchObject({ code: 'USAGE' });
});
