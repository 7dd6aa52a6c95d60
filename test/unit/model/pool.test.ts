import pLimit from 'p-limit';
import { expect, test } from 'vitest';
import { mapInPool } from '../../../src/model/index.ts';

test('gives the results in order, whatever ends first', async () => {
  const gates = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  const mapped = mapInPool(pLimit(2), gates, (gate) => gate.promise);
  gates[1]?.resolve('b');
  gates[0]?.resolve('a');
  expect(await mapped).toEqual(['a', 'b']);
});

test('after a failure nothing new starts, and what runs is waited for', async () => {
  const running = Promise.withResolvers<undefined>();
  const started: string[] = [];
  const mapped = mapInPool(pLimit(2), ['runs', 'fails', 'waits'], async (name) => {
    started.push(name);
    if (name === 'fails') {
      throw new Error(name);
    }
    await running.promise;
  });
  let settled = false;
  const observed = mapped.catch((error: unknown) => {
    settled = true;
    return error;
  });
  await new Promise(setImmediate);
  expect({ started, settled }).toEqual({ started: ['runs', 'fails'], settled: false });
  running.resolve(undefined);
  expect(await observed).toEqual(new Error('fails'));
  expect(started).toEqual(['runs', 'fails']);
});

test('of several failures the first item tells', async () => {
  const gates = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  const mapped = mapInPool(pLimit(2), gates, (gate) => gate.promise);
  gates[1]?.reject(new Error('second'));
  gates[0]?.reject(new Error('first'));
  await expect(mapped).rejects.toThrow('first');
});
