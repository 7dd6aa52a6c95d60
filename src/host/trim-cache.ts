import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';
import { FactoryError, storageError, type CacheTrim } from '../model/index.ts';
import { decideEvictions, type CacheItem } from './cache-evictions.ts';
import { usedAtMs } from './cache-use.ts';
import { FILES_AT_ONCE, folderBytes } from './folder-size.ts';
import { removeAtOnce } from './remove-cached.ts';

/** How much of the disk a cache folder may take. */
export interface CacheLimit {
  /** For BuildKit and its engine to keep to. */
  readonly buildCacheBytes: number;
  /** Downloads, builders, toolboxes and emulators. */
  readonly otherBytes: number;
}

const BYTES_PER_GB = 1_000_000_000;
const DEFAULT_LIMIT_GB = 20;
const BUILD_CACHE_SHARE = 0.4;

/** No command that uses the cache without the lock of runs takes as long. */
const COMMAND_MS = 60 * 60 * 1000;

/** `INGOT_CACHE_LIMIT=20GB`: gigabytes, decimal as disk makers count. */
export function readCacheLimit(environment: NodeJS.ProcessEnv): CacheLimit {
  const text = environment['INGOT_CACHE_LIMIT'] ?? '';
  const { gigabytes } = /^(?<gigabytes>\d{1,6}(?:\.\d{1,3})?)GB$/.exec(text)?.groups ?? {};
  if (text !== '' && (gigabytes === undefined || Number(gigabytes) === 0)) {
    throw new FactoryError(
      'USAGE',
      `cannot use INGOT_CACHE_LIMIT: expected gigabytes such as "20GB", got "${text}"`,
      { hint: `without it the cache may take ${DEFAULT_LIMIT_GB}GB` },
    );
  }
  const bytes = Math.round(Number(gigabytes ?? DEFAULT_LIMIT_GB) * BYTES_PER_GB);
  const buildCacheBytes = Math.round(bytes * BUILD_CACHE_SHARE);
  return { buildCacheBytes, otherBytes: bytes - buildCacheBytes };
}

/**
 * Removes what was not used for longest, until the rest is within the limit; for who holds the lock of runs. What was
 * used since `runStartedAt`, or shortly before it by a command that takes no lock, stays.
 *
 * @param folder the cache's own
 */
export async function trimCache(
  folder: string,
  { otherBytes }: CacheLimit,
  runStartedAt: Date,
): Promise<CacheTrim> {
  try {
    const items = await listItems(folder);
    const keepSinceMs = runStartedAt.getTime() - COMMAND_MS;
    let removedBytes = 0;
    for (const item of decideEvictions(items, { maxBytes: otherBytes, keepSinceMs })) {
      removedBytes += (await evict(item, folder)) ? item.bytes : 0;
    }
    const bytes = items.reduce((sum, item) => sum + item.bytes, 0) - removedBytes;
    return { bytes, maxBytes: otherBytes, removedBytes };
  } catch (error) {
    throw storageError(folder, folder, error);
  }
}

/** Each folder in them is a set of tools. */
const TOOL_FOLDERS = ['builder', 'toolbox', 'emulator'];

/** Downloads one by one; a set of tools as a whole. */
async function listItems(folder: string): Promise<readonly CacheItem[]> {
  const downloads = await readdir(path.join(folder, 'content'), {
    recursive: true,
    withFileTypes: true,
  }).catch(() => []);
  const files = downloads
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const tools: string[] = [];
  for (const name of TOOL_FOLDERS) {
    tools.push(...(await filesIn(path.join(folder, name))));
  }
  const items = await pLimit(FILES_AT_ONCE).map([...files, ...tools], itemAt);
  return items.flat();
}

async function filesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(() => [])).map((name) => path.join(folder, name));
}

async function itemAt(file: string): Promise<readonly CacheItem[]> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) {
    return [];
  }
  const bytes = found.isDirectory() ? await folderBytes(file) : found.size;
  return [{ path: file, bytes, usedAtMs: usedAtMs(found) }];
}

/** Not what was used since it was chosen. */
async function evict(item: CacheItem, folder: string): Promise<boolean> {
  const found = await stat(item.path).catch(() => undefined);
  if (found === undefined || usedAtMs(found) !== item.usedAtMs) {
    return false;
  }
  await removeAtOnce(item.path, folder);
  return true;
}
