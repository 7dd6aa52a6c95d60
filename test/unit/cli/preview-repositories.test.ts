import pLimit from 'p-limit';
import { expect, test } from 'vitest';
import type { LifecycleAccess } from '../../../src/cli/open-lifecycle.ts';
import { previewRepositories } from '../../../src/cli/preview-repositories.ts';
import { retentionPolicy } from '../../../src/ecr/index.ts';
import { FactoryError } from '../../../src/model/index.ts';
import { ACCOUNT } from '../../support/ecr-answers.ts';
import { NOW_MS } from '../../support/ecr-images.ts';

const policy = retentionPolicy(
  { tracks: ['24'], retention: { releases: 1, days: 30, untaggedDays: 3 }, hasReferrers: false },
  new Date(NOW_MS),
);

/** Of empty repositories; ECR previews them as it is told to. */
async function previewed(preview: LifecycleAccess['images']['preview']) {
  const access = {
    images: { list: async () => [], manifests: async () => new Map(), preview },
    control: {
      scanning: async () => ({ account: ACCOUNT, scanning: { kind: 'basic', rules: [] } }),
      lifecycle: async () => undefined,
    },
  } as unknown as LifecycleAccess;
  return previewRepositories(
    {
      account: ACCOUNT,
      policies: new Map([
        ['golden/node', policy],
        ['team-a/node', policy],
      ]),
      inUse: { running: [], asked: [], isWhole: true },
      isKeeping: false,
      isComparing: true,
    },
    { access, pool: pLimit(2), emit: () => undefined, startedAt: new Date(NOW_MS) },
  );
}

test.each(['AWS_FAILED', 'AWS_DENIED', 'AWS_THROTTLED'] as const)(
  'where ECR does not preview one repository (%s) the others are compared',
  async (code) => {
    const previews = await previewed((repository) =>
      repository === 'golden/node'
        ? Promise.reject(new FactoryError(code, 'cannot preview: not now'))
        : Promise.resolve([]),
    );
    expect(previews.map(({ ecr }) => ecr)).toEqual([
      { kind: 'unanswered', reason: 'cannot preview: not now' },
      { kind: 'compared', differences: [] },
    ]);
  },
);

test('what the operator has to act on ends it', async () => {
  const failing = previewed(() =>
    Promise.reject(new FactoryError('AWS_CREDENTIALS', 'cannot ask AWS: expired')),
  );
  await expect(failing).rejects.toMatchObject({ code: 'AWS_CREDENTIALS' });
});
