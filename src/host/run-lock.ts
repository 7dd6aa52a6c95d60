import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FactoryError } from '../model/index.ts';

/** Held while this process uses the builder and its cache: a second run would end the first one's engine. */
export interface RunLock {
  release(): Promise<void>;
}

/** Takes the lock, also from a process that is no more. */
export async function takeRunLock(file: string): Promise<RunLock> {
  await mkdir(dirname(file), { recursive: true });
  const ours = `${String(process.pid)} ${await startTime(process.pid)}`;
  if (!(await write(file, ours))) {
    await refuseIfAlive(file);
    await rm(file, { force: true });
    if (!(await write(file, ours))) {
      throw inProgress(file, 'another process');
    }
  }
  return { release: () => rm(file, { force: true }) };
}

async function write(file: string, text: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(text);
    await handle.close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      return false;
    }
    throw new FactoryError('STORAGE_FAILED', `cannot write "${file}"`, { cause: error });
  }
}

async function refuseIfAlive(file: string): Promise<void> {
  const [pid = '', started = ''] = (await readFile(file, 'utf8').catch(() => '')).split(' ');
  if (started !== '' && (await startTime(Number(pid))) === started) {
    throw inProgress(file, `process ${pid}`);
  }
}

/** A pid may be used again; with its start time (field 22 of /proc/pid/stat, proc(5)) it is unique. */
async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => '');
  const fieldsAfterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fieldsAfterName[19] ?? '';
}

function inProgress(file: string, holder: string): FactoryError {
  return new FactoryError('RUN_IN_PROGRESS', `cannot start: ${holder} is using the builder of this cache`, {
    hint: `wait for it to end, or use another cache folder (XDG_CACHE_HOME); the lock is "${file}"`,
  });
}
