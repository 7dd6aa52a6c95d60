import { expect, test } from 'vitest';
import { createTurns } from '../../../../src/host/builder/turns.ts';

test('what wants to be alone waits for what is under way, and what comes later for it', async () => {
  const turns = createTurns();
  const log: string[] = [];
  const work = (name: string) => async () => {
    log.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    log.push(`${name} ends`);
  };
  await Promise.all([
    turns.together(work('a')),
    turns.together(work('b')),
    new Promise((resolve) => setTimeout(resolve, 1)).then(() =>
      Promise.all([turns.alone(work('c')), turns.alone(work('d')), turns.together(work('e'))]),
    ),
  ]);
  expect(log).toEqual([
    ...['a begins', 'b begins', 'a ends', 'b ends'],
    ...['c begins', 'c ends', 'd begins', 'd ends'],
    ...['e begins', 'e ends'],
  ]);
});

test('what fails alone stops nobody', async () => {
  const turns = createTurns();
  const failing = turns.alone(() => Promise.reject(new Error('lost')));
  await expect(failing).rejects.toThrow('lost');
  await expect(turns.together(() => Promise.resolve('done'))).resolves.toBe('done');
});
