import { createHash } from 'node:crypto';
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { markUsed } from '../../../src/host/cache-use.ts';
import { createContentCache, type ContentDigest } from '../../../src/host/content-cache.ts';
import { readCacheLimit, trimCache } from '../../../src/host/trim-cache.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const DAY = new Date('2026-11-20T00:00:00Z');
const RUN = new Date('2026-11-21T02:30:00Z');
const LIMIT = { buildCacheBytes: 0, otherBytes: 2000 };

/** A download of 1,000 bytes, used at that time. */
async function download(folder: string, name: string, usedAt: Date): Promise<ContentDigest> {
  const bytes = Buffer.from(name.padEnd(1000));
  const digest = { algorithm: 'sha256', hex: createHash('sha256').update(bytes).digest('hex') } as const;
  const file = await createContentCache(folder).put(digest, [bytes], { what: name, maxBytes: 1000 });
  await utimes(file, usedAt, DAY);
  return digest;
}

async function unpacked(folder: string, name: string, usedAt: Date): Promise<string> {
  const tools = path.join(folder, name);
  await mkdir(path.join(tools, 'usr/bin'), { recursive: true });
  await writeFile(path.join(tools, 'usr/bin/dockerd'), Buffer.alloc(1000));
  await utimes(tools, usedAt, usedAt);
  return tools;
}

async function isThere(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

describe('a cache over its limit', () => {
  it('loses what was not used for longest, folders as a whole', async () => {
    const folder = await temporaryFolder();
    const cache = createContentCache(folder);
    const oldest = await download(folder, 'oldest', new Date('2026-11-20T01:00:00Z'));
    const builder = await unpacked(folder, 'builder/1', new Date('2026-11-20T02:00:00Z'));
    const newer = await download(folder, 'newer', new Date('2026-11-20T03:00:00Z'));
    const emulator = await unpacked(folder, 'emulator/1', new Date('2026-11-20T02:30:00Z'));
    const toolbox = await unpacked(folder, 'toolbox/2', new Date('2026-11-20T04:00:00Z'));
    expect(await trimCache(folder, LIMIT, RUN)).toEqual({ bytes: 2000, maxBytes: 2000, removedBytes: 3000 });
    expect(await cache.find(oldest)).toBeUndefined();
    expect([await isThere(builder), await isThere(emulator)]).toEqual([false, false]);
    expect(await cache.find(newer)).toBeDefined();
    expect(await isThere(toolbox)).toBe(true);
    expect(await readdir(path.join(folder, 'tmp'))).toEqual([]);
  });

  it('keeps what was read again, and what a run beside it may have begun to use', async () => {
    const folder = await temporaryFolder();
    const cache = createContentCache(folder);
    const old = new Date('2026-11-20T01:00:00Z');
    const [found, read, lost] = [
      await download(folder, 'found', old),
      await download(folder, 'read', old),
      await download(folder, 'lost', old),
    ];
    const builder = await unpacked(folder, 'builder/1', old);
    const justBefore = await download(folder, 'just before', new Date('2026-11-21T02:00:00Z'));
    await cache.find(found);
    await cache.readUnverified(read);
    await markUsed(builder);
    expect(await trimCache(folder, { ...LIMIT, otherBytes: 0 }, RUN)).toEqual({
      bytes: 4000,
      maxBytes: 0,
      removedBytes: 1000,
    });
    expect(await cache.find(lost)).toBeUndefined();
    expect(await cache.find(justBefore)).toBeDefined();
  });

  it('touches nothing else: not the engine, not what was noted of archives or fetched by npm', async () => {
    const folder = await temporaryFolder();
    const old = new Date('2026-11-20T01:00:00Z');
    const kept = [
      await unpacked(folder, 'engine', old),
      await unpacked(folder, 'archive/x', old),
      await unpacked(folder, 'npm/_cacache', old),
    ];
    expect(await trimCache(folder, { ...LIMIT, otherBytes: 0 }, RUN)).toMatchObject({ removedBytes: 0 });
    for (const each of kept) {
      expect(await isThere(each), each).toBe(true);
    }
  });

  it('is none before anything was fetched', async () => {
    const folder = await temporaryFolder();
    expect(await trimCache(folder, LIMIT, RUN)).toMatchObject({ bytes: 0, removedBytes: 0 });
  });
});

test('a use leaves the date of a file: BuildKit would take it anew', async () => {
  const folder = await temporaryFolder();
  const digest = await download(folder, 'deb', DAY);
  const file = (await createContentCache(folder).find(digest)) ?? '';
  const { atime, mtime } = await stat(file);
  expect(mtime).toEqual(DAY);
  expect(atime.getTime()).toBeGreaterThan(DAY.getTime());
});

describe('INGOT_CACHE_LIMIT', () => {
  test.each([
    { value: undefined, bytes: 20_000_000_000 },
    { value: '', bytes: 20_000_000_000 },
    { value: '5GB', bytes: 5_000_000_000 },
    { value: '0.5GB', bytes: 500_000_000 },
  ])('$value is $bytes bytes, of which two fifths are BuildKit’s', ({ value, bytes }) => {
    expect(readCacheLimit({ INGOT_CACHE_LIMIT: value })).toEqual({
      buildCacheBytes: bytes * 0.4,
      otherBytes: bytes * 0.6,
    });
  });

  test.each(['20', '20 GB', '20GiB', '-1GB', '0GB', 'much'])('%s is refused', (value) => {
    expect(() => readCacheLimit({ INGOT_CACHE_LIMIT: value })).toThrow(
      `cannot use INGOT_CACHE_LIMIT: expected gigabytes such as "20GB", got "${value}"`,
    );
  });
});
