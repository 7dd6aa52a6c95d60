import { expect, test } from 'vitest';
import { ecrRate } from '../../../../src/host/aws/ecr-rates.ts';
import { createTokenBucket } from '../../../../src/host/aws/token-bucket.ts';

const { signal } = new AbortController();

test('lets a burst through at once, then one call an interval, in order', async () => {
  const waited: number[] = [];
  let now = 0;
  const bucket = createTokenBucket(
    { perSecond: 10, burst: 2 },
    {
      now: () => now,
      wait: async (ms) => {
        waited.push(ms);
      },
    },
  );
  for (let call = 0; call < 4; call += 1) {
    await bucket.take(signal);
  }
  expect(waited).toEqual([100, 200]);
  now = 10_000;
  await bucket.take(signal);
  expect(waited).toEqual([100, 200]);
});

test('a call too many halves the rate, which comes back little by little', async () => {
  const waited: number[] = [];
  const bucket = createTokenBucket(
    { perSecond: 10, burst: 1 },
    {
      now: () => 0,
      wait: async (ms) => {
        waited.push(ms);
      },
    },
  );
  const intervals = async (calls: number) => {
    waited.length = 0;
    for (let call = 0; call <= calls; call += 1) {
      await bucket.take(signal);
    }
    return waited.slice(1).map((ms, index) => Math.round(ms - waited[index]!));
  };
  await bucket.take(signal);
  expect(await intervals(2)).toEqual([100, 100]);
  bucket.slowDown();
  const slower = await intervals(20);
  expect(slower[0]).toBeGreaterThan(180);
  expect(slower.toSorted((a, b) => b - a)).toEqual(slower);
  expect(slower.at(-1)).toBe(100);
  for (let often = 0; often < 100; often += 1) {
    bucket.slowDown();
  }
  expect((await intervals(2))[0]).toBeLessThanOrEqual(2000);
});

test('a run that is cancelled waits for no turn', async () => {
  const bucket = createTokenBucket({ perSecond: 1, burst: 1 });
  const cancelling = new AbortController();
  await bucket.take(cancelling.signal);
  const turn = bucket.take(cancelling.signal);
  cancelling.abort();
  await expect(turn).rejects.toThrow();
});

test.each([
  { operation: 'PutImage', perSecond: 10 },
  { operation: 'GetAuthorizationToken', perSecond: 500 },
  { operation: 'DescribeRepositories', perSecond: 20 },
  { operation: 'CreateRepository', perSecond: 10 },
])('$operation is called at most $perSecond times a second', ({ operation, perSecond }) => {
  expect(ecrRate(operation).perSecond).toBe(perSecond);
});
