import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isUnpacked, unpackTools } from '../../../../src/host/builder/index.ts';
import { NOW } from '../../../support/archive.ts';
import { buildDeb } from '../../../support/archive-deb.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const { signal } = new AbortController();

async function debFile(folder: string, name: string, bytes: Uint8Array): Promise<string> {
  const file = path.join(folder, `${name}.deb`);
  await writeFile(file, bytes);
  return file;
}

function sed(): Promise<Uint8Array> {
  return deb('/usr/bin/sed');
}

function deb(program: string): Promise<Uint8Array> {
  const files = { [program]: { content: 'program', mode: 0o755 } };
  return buildDeb({ control: 'Package: sed\nVersion: 4.9-2\n', files, compression: 'xz', date: NOW });
}

describe('unpackTools', () => {
  it('gives the files of all packages', async () => {
    const parent = await temporaryFolder();
    const target = path.join(parent, 'builder/tools');
    await unpackTools([await debFile(parent, 'sed', await sed())], target, { signal });
    expect(await isUnpacked(target)).toBe(true);
    expect(await readFile(path.join(target, 'usr/bin/sed'), 'utf8')).toBe('program');
  });

  it('gives only what is needed, where that is said', async () => {
    const parent = await temporaryFolder();
    const target = path.join(parent, 'emulator/tools');
    const isNeeded = (file: string) => file === '/usr/bin/sed';
    const debs = [
      await debFile(parent, 'sed', await sed()),
      await debFile(parent, 'awk', await deb('/usr/bin/awk')),
    ];
    await unpackTools(debs, target, { signal, isNeeded });
    expect(await readdir(path.join(target, 'usr/bin'))).toEqual(['sed']);
  });

  it('leaves nothing where a package cannot be read', async () => {
    const parent = await temporaryFolder();
    const target = path.join(parent, 'builder/tools');
    const whole = await sed();
    const debs = [
      await debFile(parent, 'whole', whole),
      await debFile(parent, 'half', whole.subarray(0, 200)),
    ];
    await expect(unpackTools(debs, target, { signal })).rejects.toMatchObject({ code: 'INDEX_INVALID' });
    expect(await readdir(path.join(parent, 'builder'))).toEqual([]);
  });

  it('stops when it is cancelled', async () => {
    const parent = await temporaryFolder();
    const file = await debFile(parent, 'sed', await sed());
    const target = path.join(parent, 'builder/tools');
    await expect(unpackTools([file], target, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    expect(await readdir(path.join(parent, 'builder'))).toEqual([]);
  });
});
