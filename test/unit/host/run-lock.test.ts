import { readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createProcessRunner } from '../../../src/host/process.ts';
import { isRunLocked, takeRunLock } from '../../../src/host/run-lock.ts';
import { REPOSITORY } from '../../support/repository.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const inProgress = expect.objectContaining({ code: 'RUN_IN_PROGRESS' });

test('one holder at a time, whichever links lead to the cache', async () => {
  const folder = await temporaryFolder();
  const linked = path.join(await temporaryFolder(), 'linked');
  await symlink(folder, linked);
  const lock = await takeRunLock(folder);
  await expect(takeRunLock(folder)).rejects.toEqual(inProgress);
  await expect(takeRunLock(linked)).rejects.toEqual(inProgress);
  expect(await isRunLocked(linked)).toBe(true);
  await lock.release();
  expect(await isRunLocked(linked)).toBe(false);
  await (await takeRunLock(linked)).release();
});

test('of many at once one gets it', async () => {
  const folder = path.join(await temporaryFolder(), 'not/there/yet');
  const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => takeRunLock(folder)));
  const taken = attempts.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  expect(taken).toHaveLength(1);
  await taken[0]?.release();
});

test('another cache has a lock of its own', async () => {
  const first = await takeRunLock(await temporaryFolder());
  const second = await takeRunLock(await temporaryFolder());
  await first.release();
  await second.release();
});

test('a killed process holds nothing', async () => {
  const folder = await temporaryFolder();
  const script = `
    const { takeRunLock } = await import(${JSON.stringify(path.join(REPOSITORY, 'src/host/run-lock.ts'))});
    await takeRunLock(${JSON.stringify(folder)});
    console.log('taken');
    setInterval(() => {}, 1000);`;
  const logFile = path.join(folder, 'log');
  const argv = [process.execPath, '--input-type=module', '--eval', script];
  const holder = await createProcessRunner().start(argv, { logFile });
  await expect.poll(() => readFile(logFile, 'utf8'), { timeout: 5000 }).toContain('taken');
  const message = expect.stringContaining(`another ingot (pid ${String(holder.pid)}) uses the cache`);
  await expect(takeRunLock(folder)).rejects.toMatchObject({ code: 'RUN_IN_PROGRESS', message });
  process.kill(holder.pid, 'SIGKILL');
  await holder.ended;
  await (await takeRunLock(folder)).release();
});
