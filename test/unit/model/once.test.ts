import { expect, test, vi } from 'vitest';
import { once, onceEach } from '../../../src/model/index.ts';

test('what is done once is done for all who ask, at the same time and later', async () => {
  const task = vi.fn(() => Promise.resolve({}));
  const asked = once(task);
  const [first, second] = [asked(), asked()];
  expect(await second).toBe(await first);
  expect(await asked()).toBe(await first);
  expect(task).toHaveBeenCalledTimes(1);
});

test('each thing that is asked for is done by itself, and known again by what it is', async () => {
  const task = vi.fn((name: string, parts: readonly string[]) =>
    Promise.resolve(`${name} ${parts.join('+')}`),
  );
  const asked = onceEach(task);
  expect(await asked('a', ['x', 'y'])).toBe('a x+y');
  expect(await asked('a', ['x', 'y'])).toBe('a x+y');
  expect(await asked('a', ['x'])).toBe('a x');
  expect(task).toHaveBeenCalledTimes(2);
});

test('or by what the caller says it is known by', async () => {
  const task = vi.fn(({ digest }: { readonly digest: string; readonly by: string }) =>
    Promise.resolve(digest),
  );
  const asked = onceEach(task, ({ digest }) => digest);
  await asked({ digest: 'd', by: 'one' });
  await asked({ digest: 'd', by: 'another' });
  expect(task).toHaveBeenCalledTimes(1);
});

test('a failure stays what it was', async () => {
  const task = vi.fn(() => Promise.reject(new Error('down')));
  const asked = onceEach(task);
  await expect(asked()).rejects.toThrow('down');
  await expect(asked()).rejects.toThrow('down');
  expect(task).toHaveBeenCalledTimes(1);
});
