import { expect, test } from 'vitest';
import { findRunning } from '../../../src/cli/find-running.ts';
import type { RunningContainer } from '../../../src/host/kubernetes.ts';
import type { RunEvent } from '../../../src/model/index.ts';
import { digestOf } from '../../support/ecr-images.ts';

const cart: RunningContainer = {
  where: 'production/shop/cart (cart)',
  imageId: `shop/cart@${digestOf('a')}`,
};
const local: RunningContainer = { where: 'production/shop/local (local)', imageId: 'docker://local' };

async function find(containers: Readonly<Record<string, readonly RunningContainer[]>>) {
  const told: RunEvent[] = [];
  const found = await findRunning(
    { kubeContext: Object.keys(containers) },
    { cwd: '/', emit: (event) => told.push(event) },
    { containersOf: async (context) => containers[context] ?? [] },
  );
  return { ...found, told: told.map((event) => (event.kind === 'notice' ? event.message : event.kind)) };
}

test('what runs in several clusters is told with where was asked', async () => {
  expect(
    await find({ production: [cart], staging: [{ ...cart, where: 'staging/shop/cart (cart)' }] }),
  ).toEqual({
    running: [
      { digest: digestOf('a'), repository: 'shop/cart', where: 'production/shop/cart (cart)' },
      { digest: digestOf('a'), repository: 'shop/cart', where: 'staging/shop/cart (cart)' },
    ],
    asked: ['production', 'staging'],
    isWhole: true,
    told: [],
  });
});

test('what runs without a digest is told, and the whole is not known', async () => {
  expect(await find({ production: [cart, local] })).toMatchObject({
    isWhole: false,
    told: ['production/shop/local (local) runs "docker://local", which names no digest'],
  });
});

test.each([
  { summary: 'nothing', containers: [] },
  { summary: 'nothing by its digest', containers: [local] },
])('a cluster that runs $summary is refused, whatever others run', async ({ containers }) => {
  await expect(find({ production: [cart], staging: containers })).rejects.toMatchObject({
    code: 'CLUSTER_FAILED',
    message: `cannot tell what is in use in context "staging": none of its ${containers.length} containers has an image by digest`,
  });
});
