import { appendFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  blobPath,
  buildIndex,
  readBlob,
  readLayout,
  sha256Of,
  streamBlob,
  writeBlob,
  writeLayoutIndex,
} from '../../../src/oci/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test('what is written is read again', async () => {
  const folder = await temporaryFolder();
  const { bytes, descriptor } = buildIndex([], {});
  expect(await writeBlob(folder, bytes)).toBe(descriptor.digest);
  await writeLayoutIndex(folder, [descriptor]);
  expect(await readLayout(folder)).toEqual([descriptor]);
  expect(Buffer.from(await readBlob(folder, descriptor.digest))).toEqual(bytes);
  const chunks: Uint8Array[] = [];
  for await (const chunk of streamBlob(folder, descriptor.digest)) {
    chunks.push(chunk);
  }
  expect(Buffer.concat(chunks)).toEqual(bytes);
});

test('a blob that changed is refused', async () => {
  const folder = await temporaryFolder();
  const digest = await writeBlob(folder, Buffer.from('blob'));
  await appendFile(blobPath(folder, digest), 'x');
  await expect(readBlob(folder, digest)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
});

test('a blob that is gone', async () => {
  const folder = await temporaryFolder();
  await expect(readBlob(folder, sha256Of('none'))).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
});

test('a layout that is none', async () => {
  const folder = await temporaryFolder();
  await expect(readLayout(folder)).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
  await writeFile(path.join(folder, 'index.json'), '[]');
  await expect(readLayout(folder)).rejects.toMatchObject({ code: 'REGISTRY_INVALID' });
});
