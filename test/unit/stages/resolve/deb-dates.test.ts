import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';
import { describe, expect, it } from 'vitest';
import { createFileStore } from '../../../../src/host/file-store.ts';
import type { Sha256 } from '../../../../src/model/index.ts';
import { parseSha256 } from '../../../../src/oci/index.ts';
import { createDebDates } from '../../../../src/stages/resolve/deb-dates.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

function digest(number: number): Sha256 {
  return parseSha256(`sha256:${number.toString(16).padStart(64, '0')}`);
}

describe('dates of packages between runs', () => {
  it('are those of every run before', async () => {
    const state = createFileStore(await temporaryFolder());
    const first = createDebDates({ state });
    await Promise.all([first.add(new Map([[digest(1), 100]])), first.add(new Map([[digest(2), 200]]))]);
    await createDebDates({ state }).add(new Map([[digest(3), 300]]));
    expect(await createDebDates({ state }).read()).toEqual(
      new Map([
        [digest(1), 100],
        [digest(2), 200],
        [digest(3), 300],
      ]),
    );
  });

  it('are kept of everything that was added at the same time', async () => {
    const state = createFileStore(await temporaryFolder());
    const dates = createDebDates({ state });
    const numbers = Array.from({ length: 50 }, (_, number) => number);
    await pLimit(50).map(numbers, (number) => dates.add(new Map([[digest(number), number]])));
    expect((await createDebDates({ state }).read()).size).toBe(50);
  });

  it.each([
    { damage: 'another date', change: (text: string) => text.replace(':100', ':101') },
    { damage: 'the end is missing', change: (text: string) => text.slice(0, -2) },
    { damage: 'nothing in it', change: () => '' },
  ])('are read anew from the packages where the file is damaged: $damage', async ({ change }) => {
    const folder = await temporaryFolder();
    const state = createFileStore(folder);
    await createDebDates({ state }).add(new Map([[digest(1), 100]]));
    const file = path.join(folder, 'deb-dates');
    await writeFile(file, change(await readFile(file, 'utf8')));
    expect(await createDebDates({ state }).read()).toEqual(new Map());
  });

  it('forget what was read first', async () => {
    const state = createFileStore(await temporaryFolder());
    const many = Array.from({ length: 20_001 }, (_, number) => [digest(number), number] as const);
    await createDebDates({ state }).add(new Map(many));
    const known = await createDebDates({ state }).read();
    expect([known.size, known.has(digest(0)), known.get(digest(20_000))]).toEqual([20_000, false, 20_000]);
  });
});
