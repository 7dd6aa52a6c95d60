import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTemplates } from '../../../src/host/catalog-files.ts';
import { FactoryError, type CatalogEntry, type Lock, type ToolLock } from '../../../src/model/index.ts';
import { planImages, type PlanDeps } from '../../../src/pipeline/index.ts';
import { lockFor } from '../../support/lock.ts';
import { clientFor, serveRegistry } from '../../support/registry.ts';
import { ownCatalog, REPOSITORY } from '../../support/repository.ts';

const STALE = new FactoryError('LOCK_STALE', 'cannot use the lock of "static-13": it is stale');
const NO_TOOLS = { architectures: { amd64: [], arm64: [] } } as Partial<ToolLock> as ToolLock;

const catalog = await ownCatalog();
const entries = ['base-13', 'static-13', 'cc-13'].flatMap((id) =>
  catalog.entries.filter((entry) => entry.id === id),
);

/** Plans three images into an empty registry. */
async function plan(reviewedLock: (entry: CatalogEntry) => Lock, signal = new AbortController().signal) {
  const { address } = await serveRegistry();
  const deps: Partial<PlanDeps> = {
    catalog,
    resolve: { emit: () => undefined, signal } as Partial<PlanDeps['resolve']> as PlanDeps['resolve'],
    reviewedLock: async (entry) => reviewedLock(entry),
    templates: await readTemplates(path.join(REPOSITORY, 'templates')),
    platforms: ['linux/amd64'],
    compression: 'gzip',
    tests: () => Promise.resolve({}),
    locks: { toolboxes: new Map([['trixie', NO_TOOLS]]), builder: NO_TOOLS },
    registry: clientFor(),
    verify: () => true,
    goldenPrefix: `${address}/golden`,
    registryAddress: address,
  };
  return planImages(entries, deps as PlanDeps);
}

function failingAtStatic(error: Error): (entry: CatalogEntry) => Lock {
  return (entry) => {
    if (entry.id === 'static-13') {
      throw error;
    }
    return lockFor(entry);
  };
}

describe('one image that cannot be planned', () => {
  test('leaves the others their plans', async () => {
    const plans = await plan(failingAtStatic(STALE));
    expect(plans).toMatchObject([
      { id: 'base-13', action: 'build', moved: [] },
      { id: 'static-13', action: 'failed', error: STALE },
      { id: 'cc-13', action: 'build', moved: [] },
    ]);
  });

  test('ends all of them where it is a bug', async () => {
    await expect(plan(failingAtStatic(new TypeError('x is undefined')))).rejects.toThrow(TypeError);
  });

  test('ends all of them where the command was cancelled', async () => {
    const cancellation = new AbortController();
    const cancelling = (): never => {
      cancellation.abort();
      throw STALE;
    };
    await expect(plan(cancelling, cancellation.signal)).rejects.toBe(STALE);
  });
});
