import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, realpath } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { errorCode, FactoryError, storageError } from '../model/index.ts';

/** Held while this process uses something that another one would take from it. */
export interface RunLock {
  release(): Promise<void>;
}

interface Locked {
  /** Of the name, `run`: a folder can be locked for several purposes. */
  readonly purpose: string;
  readonly folder: string;
  readonly refused: (holder: string) => FactoryError;
}

/** The lock of a cache folder: a second run would end the first one's engine. */
export function takeRunLock(cache: string): Promise<RunLock> {
  return takeLock({
    purpose: 'run',
    folder: cache,
    refused: (holder) =>
      new FactoryError('RUN_IN_PROGRESS', `cannot start: another ingot${holder} uses the cache "${cache}"`, {
        hint: 'wait for it to end, or use another cache folder (XDG_CACHE_HOME)',
      }),
  });
}

/** Whether a run, of whichever process, uses a cache folder. */
export async function isRunLocked(cache: string): Promise<boolean> {
  const socket = connect(await lockName({ purpose: 'run', folder: cache }));
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** The lock of a work folder, in which one schedule runs. */
export function takeScheduleLock(folder: string): Promise<RunLock> {
  return takeLock({
    purpose: 'schedule',
    folder,
    refused: (holder) =>
      new FactoryError('RUN_IN_PROGRESS', `cannot start: another schedule${holder} runs in "${folder}"`, {
        hint: 'stop it first, or start this one in another folder',
      }),
  });
}

/**
 * Takes a lock that is the name of a socket in Linux's abstract namespace (unix(7)). The kernel gives it to one process,
 * and frees it however that one ends, so there is never a lock to be cleaned up. The holder tells its pid to who asks.
 */
async function takeLock({ purpose, folder, refused }: Locked): Promise<RunLock> {
  const name = await lockName({ purpose, folder });
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(String(process.pid));
  });
  try {
    await listen(server, name);
  } catch (cause) {
    throw errorCode(cause) === 'EADDRINUSE'
      ? refused(await holderOf(name))
      : storageError(folder, folder, cause);
  }
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

async function lockName({ purpose, folder }: Omit<Locked, 'refused'>): Promise<string> {
  const digest = createHash('sha256').update(await realFolder(folder));
  return `\0ingot-${purpose}-${digest.digest('hex').slice(0, 32)}`;
}

const ANSWER_MS = 1000;

/** ` (pid 4711)`; empty where it ended meanwhile, or is stopped. */
async function holderOf(name: string): Promise<string> {
  const socket = connect(name);
  socket.setTimeout(ANSWER_MS, () => socket.destroy());
  try {
    await once(socket, 'connect');
    return ` (pid ${await text(socket)})`;
  } catch {
    return '';
  }
}

/** One folder is one lock, whichever links lead to it. */
async function realFolder(folder: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true });
    return await realpath(folder);
  } catch (cause) {
    throw storageError(folder, folder, cause);
  }
}

function listen(server: Server, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(name, resolve);
    // The lock is no reason to stay alive.
    server.unref();
  });
}
