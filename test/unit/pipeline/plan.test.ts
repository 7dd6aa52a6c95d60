import { expect, test } from 'vitest';
import { FactoryError } from '../../../src/model/index.ts';
import { planImages, type PlanDeps } from '../../../src/pipeline/index.ts';
import { entryOf } from '../../support/runs.ts';

const ENTRIES = [entryOf('node', '24'), entryOf('base', '13')];
const ERROR = new FactoryError('REGISTRY_UNAVAILABLE', 'cannot read "node": HTTP 503');

/** Deps of which the registry fails with `error`. */
function failing(error: Error, signal: AbortSignal): PlanDeps {
  const deps: Pick<PlanDeps, 'goldenPrefix' | 'registryAddress'> & Record<string, unknown> = {
    goldenPrefix: '127.0.0.1:5000/golden',
    registryAddress: '127.0.0.1:5000',
    catalog: { teams: [] },
    resolve: { signal },
    registry: new Proxy({}, { get: () => () => Promise.reject(error) }),
  };
  return deps as unknown as PlanDeps;
}

test('an image that fails does not stop the others', async () => {
  const plans = await planImages(ENTRIES, failing(ERROR, new AbortController().signal));
  expect(plans).toEqual(ENTRIES.map(({ id }) => ({ id, action: 'fail', error: ERROR })));
});

test.each([
  { summary: 'a cancelled plan', error: ERROR, signal: AbortSignal.abort() },
  { summary: 'a bug', error: new Error('bug'), signal: new AbortController().signal },
])('$summary ends it', async ({ error, signal }) => {
  await expect(planImages(ENTRIES, failing(error, signal))).rejects.toBe(error);
});
