import { createHash } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { errorCode, FactoryError, storageError } from '../model/index.ts';

/** Held while this process uses the builder and its cache: a second run would end the first one's engine. */
export interface RunLock {
  release(): Promise<void>;
}

/**
 * Takes the lock of a cache folder: the name of a socket in Linux's abstract namespace (unix(7)). The kernel gives
 * it to one process, and frees it however that one ends, so there is never a lock to be cleaned up.
 */
export async function takeRunLock(cache: string): Promise<RunLock> {
  const digest = createHash('sha256').update(await realFolder(cache));
  const server = createServer();
  try {
    await listen(server, `\0ingot-run-${digest.digest('hex').slice(0, 32)}`);
  } catch (cause) {
    throw errorCode(cause) === 'EADDRINUSE' ? inProgress(cache) : storageError(cache, cache, cause);
  }
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
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

function inProgress(cache: string): FactoryError {
  return new FactoryError('RUN_IN_PROGRESS', `cannot start: another ingot uses the cache "${cache}"`, {
    hint: 'wait for it to end, or use another cache folder (XDG_CACHE_HOME)',
  });
}
