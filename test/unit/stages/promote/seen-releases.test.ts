import path from 'node:path';
import { expect, test } from 'vitest';
import { createFileStore } from '../../../../src/host/file-store.ts';
import type { ReleaseRecord, Sha256 } from '../../../../src/model/index.ts';
import { createSeenReleases } from '../../../../src/stages/promote/index.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const NAME = { repository: 'registry.example.com/golden/python', track: '3.13' };

function recordOf(sequence: number, digit = '1'): ReleaseRecord {
  const digest = `sha256:${digit.repeat(64)}` as Sha256;
  const tags = { unique: '3.13.5.202611210312', moving: '3.13' };
  const when = { epoch: 1, promotedAt: '2026-11-21T03:12:00.000Z', reason: 'first release' };
  return {
    schemaVersion: 1,
    repository: 'golden/python',
    track: '3.13',
    sequence,
    digest,
    buildId: 'b1',
    version: '3.13.5',
    tags,
    ...when,
  };
}

test.each([
  { summary: 'nothing was seen before', seen: [], next: recordOf(3), refused: undefined },
  { summary: 'there is no release yet', seen: [], next: undefined, refused: undefined },
  { summary: 'the same record', seen: [recordOf(3)], next: recordOf(3), refused: undefined },
  { summary: 'a newer record', seen: [recordOf(3)], next: recordOf(5), refused: undefined },
  {
    summary: 'an older record',
    seen: [recordOf(3), recordOf(4)],
    next: recordOf(3),
    refused: 'expected record 4 or later, which was seen before, got 3',
  },
  {
    summary: 'another record under the same number',
    seen: [recordOf(3)],
    next: recordOf(3, '2'),
    refused: 'its record 3 is another one than was seen before',
  },
  { summary: 'no record any more', seen: [recordOf(1)], next: undefined, refused: 'got none' },
])('$summary: refused $refused', async ({ seen, next, refused }) => {
  const folder = await temporaryFolder();
  const reader = createSeenReleases(createFileStore(folder), folder);
  for (const record of seen) {
    await reader.accept(NAME, record);
  }
  const later = createSeenReleases(createFileStore(folder), folder).accept(NAME, next);
  if (refused === undefined) {
    await later;
    return;
  }
  await expect(later).rejects.toMatchObject({
    code: 'RELEASE_ROLLED_BACK',
    message: expect.stringContaining(refused),
    hint: expect.stringContaining(path.join(folder, encodeURIComponent(`${NAME.repository}:3.13.json`))),
  });
});

test('what one refuses, the next still refuses; another track is its own', async () => {
  const folder = await temporaryFolder();
  const reader = createSeenReleases(createFileStore(folder), folder);
  await reader.accept(NAME, recordOf(4));
  await expect(reader.accept(NAME, recordOf(2))).rejects.toMatchObject({ code: 'RELEASE_ROLLED_BACK' });
  await expect(reader.accept(NAME, recordOf(3))).rejects.toMatchObject({ code: 'RELEASE_ROLLED_BACK' });
  await reader.accept({ ...NAME, track: '3.11' }, recordOf(1));
});
