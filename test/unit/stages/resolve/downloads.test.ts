import { expect, test } from 'vitest';
import type { RunEvent } from '../../../../src/model/index.ts';
import { createDownloads } from '../../../../src/stages/resolve/downloads.ts';
import { collectBytes } from '../../../support/bytes.ts';

const MIB = 1 << 20;

async function* pieces(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let piece = 0; piece < count; piece += 1) {
    yield new Uint8Array(size);
  }
}

function arrange() {
  const told: string[] = [];
  const downloads = createDownloads((event: RunEvent) => {
    if (event.kind === 'download') {
      told.push(`${event.doneBytes / MIB}/${event.totalBytes / MIB}`);
    }
  });
  return { told, downloads };
}

test('adds all downloads up, and tells every megabyte', async () => {
  const { told, downloads } = arrange();
  downloads.expect(2 * MIB);
  downloads.expect(1 * MIB);
  await collectBytes(downloads.counted(pieces(8, MIB / 4)));
  await collectBytes(downloads.counted(pieces(4, MIB / 4)));
  expect(told).toEqual(['1/3', '2/3', '3/3']);
});

test('what was expected may fall away, and what was not may come', async () => {
  const { told, downloads } = arrange();
  downloads.expect(5 * MIB);
  downloads.expect(-4 * MIB);
  await collectBytes(downloads.counted(pieces(2, MIB)));
  expect(told).toEqual(['1/1', '2/2']);
});

test('passes the bytes on as they are', async () => {
  const { downloads } = arrange();
  const bytes = await collectBytes(downloads.counted(pieces(3, 5)));
  expect(bytes.length).toBe(15);
});
