import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createFileStore } from '../../../src/host/file-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test('reads what was written last, and nothing before', async () => {
  const folder = path.join(await temporaryFolder(), 'state');
  const store = createFileStore(folder);
  expect(await store.read('trixie.json')).toBeUndefined();
  await store.write('trixie.json', 'first');
  await store.write('trixie.json', 'second');
  expect(await createFileStore(folder).read('trixie.json')).toBe('second');
  expect(await readdir(folder)).toEqual(['trixie.json']);
});

test('a name never leads out of the folder', async () => {
  const folder = await temporaryFolder();
  const store = createFileStore(path.join(folder, 'state'));
  await store.write('../escaped', 'text');
  expect(await readdir(folder)).toEqual(['state']);
  expect(await store.read('../escaped')).toBe('text');
});

test('what cannot be written is STORAGE_FAILED and leaves nothing', async () => {
  const folder = await temporaryFolder();
  await mkdir(path.join(folder, 'taken'));
  await expect(createFileStore(folder).write('taken', 'text')).rejects.toMatchObject({
    code: 'STORAGE_FAILED',
  });
  expect(await readdir(folder)).toEqual(['taken']);
  await expect(createFileStore(folder).read('taken')).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
});
