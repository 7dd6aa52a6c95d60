import { describe, expect, test } from 'vitest';
import type { CatalogEntry, Decision, RunEvent } from '../../../src/model/index.ts';
import { knowWithdrawn, withdrawalsMet } from '../../../src/pipeline/withdrawn.ts';
import { promote } from '../../../src/stages/promote/index.ts';
import { decided } from '../../support/decided.ts';
import { RELEASE, releaseWorkshop, type ReleaseWorkshop } from '../../support/release-workshop.ts';
import { DIGEST, entryOf } from '../../support/runs.ts';

const TAG = '3.13.5.202611210312';
const BY_TAG = decided({ kind: 'withdraw', file: 'decisions/w.json', target: 'python-*', release: TAG });
const BY_DIGEST: Decision = { ...BY_TAG, release: DIGEST };
const FREEZE = decided({ kind: 'freeze', file: 'decisions/f.json' });

async function released(): Promise<{ readonly workshop: ReleaseWorkshop; readonly digest: string }> {
  const workshop = await releaseWorkshop();
  const image = await workshop.signedImage('one');
  await promote(image, RELEASE, workshop.deps);
  return { workshop, digest: image.published.ref.digest };
}

/** What the catalog knows afterwards, and what was said. */
async function known(
  { deps, served }: ReleaseWorkshop,
  decisions: readonly Decision[],
  {
    entries = ['3.13'],
    signal = new AbortController().signal,
  }: { entries?: readonly string[]; signal?: AbortSignal } = {},
) {
  const said: RunEvent[] = [];
  const asked = {
    ...deps,
    catalog: {
      decisions,
      entries: entries.map((track): CatalogEntry => entryOf('python', track)),
      teams: [],
    },
    goldenPrefix: `${served.address}/golden`,
    registryAddress: served.address,
    resolve: { emit: (event: RunEvent) => said.push(event), signal },
  } as unknown as Parameters<typeof knowWithdrawn>[0];
  const { catalog } = await knowWithdrawn(asked);
  return {
    decisions: catalog.decisions,
    said: said.map((event) => (event.kind === 'notice' ? event.message : event.kind)),
  };
}

describe('a catalog knows what it withdrew', () => {
  test('by the digest that a tag was released as', async () => {
    const { workshop, digest } = await released();
    expect(await known(workshop, [BY_TAG, FREEZE])).toEqual({
      decisions: [BY_TAG, FREEZE, { ...BY_TAG, release: digest }],
      said: [],
    });
  });

  test('by a digest that is named, without asking the registry', async () => {
    const { workshop } = await released();
    const before = workshop.served.requests.length;
    expect(await known(workshop, [BY_DIGEST])).toEqual({ decisions: [BY_DIGEST], said: [] });
    expect(workshop.served.requests).toHaveLength(before);
  });

  test('of all images that are meant, where one of them has the tag', async () => {
    const { workshop, digest } = await released();
    expect(await known(workshop, [BY_TAG], { entries: ['3.11', '3.13'] })).toEqual({
      decisions: [BY_TAG, { ...BY_TAG, release: digest }],
      said: [],
    });
  });

  test('and is told of a tag that none has, which counts all the same', async () => {
    const { workshop } = await released();
    const other = { ...BY_TAG, release: '3.13.5.202611210399' };
    expect(await known(workshop, [other])).toEqual({
      decisions: [other],
      said: ['decisions/w.json withdraws 3.13.5.202611210399, but no release of python-* is called so'],
    });
  });

  test('and is told where the registry cannot say, which is not the same', async () => {
    const { workshop } = await released();
    workshop.served.fault = () => ({ kind: 'status', status: 503 });
    const { decisions, said } = await known(workshop, [BY_TAG]);
    expect(decisions).toEqual([BY_TAG]);
    expect(said).toEqual([expect.stringContaining('cannot look up what decisions/w.json withdraws: ')]);
  });

  test('unless the run was stopped', async () => {
    const { workshop } = await released();
    workshop.served.fault = () => ({ kind: 'status', status: 503 });
    await expect(known(workshop, [BY_TAG], { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
    });
  });
});

describe('a withdrawal is met', () => {
  const withdrawn = { digest: DIGEST, tag: TAG, at: '2026-11-22T00:00:00Z', reason: 'crashes' };

  test.each<[string, Parameters<typeof withdrawalsMet>[0], readonly Decision[], readonly object[]]>([
    ['by no image whose inputs were never built', undefined, [BY_DIGEST], []],
    [
      'by one that decided so',
      withdrawn,
      [BY_DIGEST],
      [{ file: BY_DIGEST.file, what: `${TAG} is not made again` }],
    ],
    ['by none whose track went back by itself', withdrawn, [FREEZE], []],
  ])('%s', (_, found, decisions, uses) => {
    const deps = { catalog: { decisions } } as unknown as Parameters<typeof withdrawalsMet>[1];
    expect(withdrawalsMet(found, deps)).toEqual({ asked: ['withdraw'], uses });
  });
});
