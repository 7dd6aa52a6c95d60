import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readLockFile, writeLockFile } from '../../../src/cli/lock-files.ts';
import type { CatalogEntry, ImageId } from '../../../src/model/index.ts';
import { lockFor } from '../../support/lock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const id = 'base-13' as ImageId;
const lock = lockFor({ id, platforms: [], stacks: [] } as Partial<CatalogEntry> as CatalogEntry);

test('a lock that is not there is none', async () => {
  expect(await readLockFile(await temporaryFolder(), id)).toBeUndefined();
});

test('what is in the way of locks is told, with what to look at', async () => {
  const folder = await temporaryFolder();
  const locks = path.join(folder, 'locks');
  await writeFile(locks, 'a file where the folder should be');
  for (const use of [readLockFile(folder, id), writeLockFile(folder, id, lock)]) {
    await expect(use).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: expect.stringContaining(path.join(locks, 'base-13.json')) as string,
      hint: `check that "${locks}" can be read and written by this user`,
    });
  }
});
