import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { extract } from 'tar-stream';
import { expect, test } from 'vitest';
import { writeRootTar } from '../../../../src/stages/build/root-tar.ts';
import { buildDeb, type FakeFile } from '../../../support/archive-deb.ts';
import { temporaryFolder } from '../../../support/catalog-folder.ts';

/** Names in the tar in their order; of links with their target. */
async function rootOf(
  ...packages: readonly Readonly<Record<string, FakeFile>>[]
): Promise<readonly string[]> {
  using folder = temporaryFolder();
  const debs: string[] = [];
  for (const [at, files] of packages.entries()) {
    const deb = path.join(folder.path, `${String(at)}.deb`);
    await writeFile(
      deb,
      await buildDeb({ control: '', files, compression: 'gz', date: new Date('2026-10-01') }),
    );
    debs.push(deb);
  }
  const file = path.join(folder.path, 'root.tar');
  await writeRootTar(debs, file);
  const entries = extract();
  entries.end(await readFile(file));
  const names: string[] = [];
  for await (const entry of entries) {
    const { name, linkname } = entry.header;
    names.push(linkname ? `${name} -> ${linkname}` : name);
    entry.resume();
  }
  return names.map((name) => name.replace(/\/$/, ''));
}

test("Debian 12's files outside of /usr are moved into it, and reached by links", async () => {
  const bash = { '/bin/bash': 'elf', '/usr/share/doc/bash/copyright': 'text' };
  const libc = { '/lib64/ld-linux-x86-64.so.2': { link: '/lib/ld.so' }, '/lib/ld.so': 'elf' };
  expect(
    (await rootOf(bash, libc)).filter((name) => !/^(usr|usr\/(bin|lib|lib64|share).*)$/.test(name)),
  ).toEqual(['bin -> usr/bin', 'lib -> usr/lib', 'lib64 -> usr/lib64']);
  expect(await rootOf(bash, libc)).toEqual(
    expect.arrayContaining(['usr/bin/bash', 'usr/lib/ld.so', 'usr/lib64/ld-linux-x86-64.so.2 -> /lib/ld.so']),
  );
});

test("Debian 13's own links are not written twice", async () => {
  const baseFiles = { '/bin': { link: 'usr/bin' }, '/usr/bin/env': 'elf' };
  expect((await rootOf(baseFiles)).filter((name) => name.startsWith('bin'))).toEqual(['bin -> usr/bin']);
});

test('a folder of several packages is there once', async () => {
  const names = await rootOf({ '/usr/bin/a': '' }, { '/usr/bin/b': '' });
  expect(names.filter((name) => name === 'usr/bin')).toHaveLength(1);
});
