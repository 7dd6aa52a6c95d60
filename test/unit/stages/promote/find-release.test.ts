import { expect, test } from 'vitest';
import type { Tag } from '../../../../src/model/index.ts';
import { findRelease, promote } from '../../../../src/stages/promote/index.ts';
import { RELEASE, releaseWorkshop, type ReleaseWorkshop } from '../../../support/release-workshop.ts';
import { testKeys } from '../../../support/signing.ts';

const DATES = ['2026-11-21T03:12:59.000Z', '2026-11-22T03:12:00.000Z', '2026-11-23T03:12:00.000Z'];

async function release(workshop: ReleaseWorkshop, dates: readonly string[]): Promise<void> {
  for (const promotedAt of dates) {
    await promote(
      await workshop.signedImage(promotedAt.slice(0, 10)),
      { ...RELEASE, promotedAt },
      workshop.deps,
    );
  }
}

interface Row {
  readonly summary: string;
  readonly tag: string;
  /** Sequence of what is found. */
  readonly found: number | undefined;
  /** How many records are read for it. */
  readonly read: number;
}

/** Of a track with three releases, beside another with one. */
const ROWS: readonly Row[] = [
  { summary: 'the newest', tag: '3.13.5.202611230312', found: 3, read: 1 },
  { summary: 'the one before', tag: '3.13.5.202611220312', found: 2, read: 2 },
  { summary: 'the first', tag: '3.13.5.202611210312', found: 1, read: 3 },
  { summary: 'later than all: one look', tag: '3.13.5.202611230400', found: undefined, read: 1 },
  { summary: 'between two: no look behind', tag: '3.13.5.202611221200', found: undefined, read: 2 },
  { summary: 'of another track', tag: '3.11.9.202611210312', found: undefined, read: 3 },
  { summary: 'names no minute: all are looked at', tag: '3.13', found: undefined, read: 3 },
];

test('a release is found by its unique tag, and no record is read in vain', async () => {
  const workshop = await releaseWorkshop();
  await release(workshop, DATES);
  const other = { ...RELEASE, track: '3.11' as Tag, version: '3.11.9' };
  await promote(await workshop.signedImage('other'), other, workshop.deps);
  for (const row of ROWS) {
    const before = workshop.served.requests.length;
    const record = await findRelease(workshop.name, row.tag, workshop.deps);
    const read = workshop.served.requests
      .slice(before)
      .filter(({ method, path }) => method === 'GET' && path.includes('/manifests/release-'));
    expect({ ...row, found: record?.sequence, read: read.length }).toEqual(row);
  }
});

test('it is found by its record, wherever somebody has moved the tag', async () => {
  const workshop = await releaseWorkshop();
  await release(workshop, DATES.slice(0, 2));
  const { tags } = workshop.served.repository('golden/python');
  const [first = '', second = ''] = ['3.13.5.202611210312', '3.13.5.202611220312'].map((tag) =>
    tags.get(tag),
  );
  tags.set('3.13.5.202611220312', first);
  expect(await findRelease(workshop.name, '3.13.5.202611220312', workshop.deps)).toMatchObject({
    digest: second,
  });
});

test('what another key has signed is not believed, and what is not there is none', async () => {
  const workshop = await releaseWorkshop();
  const [date = ''] = DATES;
  expect(await findRelease(workshop.name, '3.13.5.202611210312', workshop.deps)).toBeUndefined();
  await release(workshop, [date]);
  const deps = { ...workshop.deps, verify: testKeys().verify };
  await expect(findRelease(workshop.name, '3.13.5.202611210312', deps)).rejects.toMatchObject({
    code: 'SIGNATURE_INVALID',
  });
});
