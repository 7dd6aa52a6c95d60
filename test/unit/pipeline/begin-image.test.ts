import path from 'node:path';
import { expect, test } from 'vitest';
import { createFileStore } from '../../../src/host/file-store.ts';
import { readTemplates } from '../../../src/host/catalog-files.ts';
import type { CatalogEntry, FailedAttempts, Tag, ToolLock } from '../../../src/model/index.ts';
import { createAttempts, recipeDigest } from '../../../src/pipeline/attempts.ts';
import { beginImage } from '../../../src/pipeline/begin-image.ts';
import type { RunningDeps } from '../../../src/pipeline/deps.ts';
import { planImage } from '../../../src/pipeline/plan-image.ts';
import { createStageClock } from '../../../src/pipeline/stage-clock.ts';
import { promote } from '../../../src/stages/promote/index.ts';
import { gatedImage } from '../../support/gated-image.ts';
import { lockFor } from '../../support/lock.ts';
import { depsAt } from '../../support/published-image.ts';
import { RELEASE, releaseWorkshop } from '../../support/release-workshop.ts';
import { ownCatalog, REPOSITORY } from '../../support/repository.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const NO_TOOLS = { architectures: { amd64: [], arm64: [] } } as Partial<ToolLock> as ToolLock;
const ASKED = { isNamed: false, isForced: false };
/** One run is left of those that leave it out. */
const FAILED = { failures: 3, waited: 0, code: 'BUILD_FAILED', message: 'cannot build: tested' };

const catalog = await ownCatalog();

/** An image that is released as it would be made, with a copy in a team's namespace. */
async function releasedImage() {
  const workshop = await releaseWorkshop();
  const [found] = catalog.entries.filter(({ id }) => id === 'static-13');
  const entry: CatalogEntry = { ...found!, repository: 'python', track: '3.13' as Tag };
  const night = depsAt(workshop, { date: '2026-11-23', findings: [] });
  const deps: RunningDeps = {
    ...night,
    resolve: { emit: () => undefined, signal: night.signal } as unknown as RunningDeps['resolve'],
    reviewedLock: () => Promise.resolve(lockFor(entry)),
    templates: await readTemplates(path.join(REPOSITORY, 'templates')),
    platforms: ['linux/amd64'],
    compression: 'gzip',
    tests: () => Promise.resolve({}),
    locks: { toolboxes: new Map([['trixie', NO_TOOLS]]), builder: NO_TOOLS },
    attempts: createAttempts(createFileStore(await temporaryFolder()), () => undefined),
  };
  const { rendered } = await planImage(entry, deps, createStageClock(entry.id, deps));
  const { record } = await promote(
    await workshop.signed(await gatedImage({ buildId: rendered.buildId })),
    RELEASE,
    workshop.deps,
  );
  const failed: FailedAttempts = { ...FAILED, recipe: recipeDigest(rendered.inputs) };
  return { entry, deps, failed, digest: record.digest, copy: workshop.served.repository('team-a/python') };
}

interface Case {
  readonly summary: string;
  readonly isMissing: boolean;
  readonly isFailing: boolean;
  readonly expected: object;
}

test.each<Case>([
  {
    summary: 'whole is not due',
    isMissing: false,
    isFailing: false,
    expected: { kind: 'begun', planned: { isPublished: true } },
  },
  {
    summary: 'whole and failed before is not put off: there is nothing to make',
    isMissing: false,
    isFailing: true,
    expected: { kind: 'begun', planned: { isPublished: true } },
  },
  {
    summary: 'missing in a namespace is found so when it is looked at',
    isMissing: true,
    isFailing: false,
    expected: { kind: 'begun', planned: { isPublished: true } },
  },
  {
    summary: 'missing in a namespace that keeps failing is put off',
    isMissing: true,
    isFailing: true,
    expected: { kind: 'ended', run: { outcome: { kind: 'postponed', postponed: { failures: 3, runs: 0 } } } },
  },
])('a released image $summary', async ({ isMissing, isFailing, expected }) => {
  const { entry, deps, failed, digest, copy } = await releasedImage();
  if (isMissing) {
    copy.manifests.delete(digest);
  }
  await deps.attempts.keep(entry.id, isFailing ? failed : undefined);
  const begun = await beginImage(entry, ASKED, deps);
  expect(begun).toMatchObject(expected);
});

test('once its runs are over, it is made because something is missing, behind what else is due', async () => {
  const { entry, deps, failed, digest, copy } = await releasedImage();
  copy.manifests.delete(digest);
  await deps.attempts.keep(entry.id, { ...failed, waited: 1 });
  expect(await beginImage(entry, ASKED, deps)).toMatchObject({
    kind: 'begun',
    planned: { due: { reasons: [{ kind: 'missing' }], expected: 'same' } },
    attempts: { failures: 3 },
  });
});
