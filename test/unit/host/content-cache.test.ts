import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createContentCache,
  type ContentDigest,
  type ContentWriter,
} from '../../../src/host/content-cache.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const content = Buffer.from('what was signed\n');
const announced = { what: 'hello.deb', maxBytes: 1000 };

function digest(bytes: Uint8Array, algorithm: ContentDigest['algorithm'] = 'sha256'): ContentDigest {
  return { algorithm, hex: createHash(algorithm).update(bytes).digest('hex') };
}

function withCode(code: string): Error & { readonly code: string } {
  return Object.assign(new Error(`${code}: from the disk`), { code });
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

describe('put and find', () => {
  test.each(['sha256', 'sha512'] as const)('keeps content under its %s', async (algorithm) => {
    const folder = await temporaryFolder();
    const cache = createContentCache(folder);
    const wanted = digest(content, algorithm);

    expect(await cache.find(wanted)).toBeUndefined();
    const file = await cache.put(wanted, [content.subarray(0, 4), content.subarray(4)], announced);

    expect(path.relative(folder, file)).toBe(`content/${algorithm}/${wanted.hex.slice(0, 2)}/${wanted.hex}`);
    expect(await cache.find(wanted)).toBe(file);
    expect(await readFile(file)).toEqual(content);
    expect(await filesBelow(folder)).toEqual([wanted.hex]);
  });

  test('finds what another run kept', async () => {
    const folder = await temporaryFolder();
    const file = await createContentCache(folder).put(digest(content), [content], announced);
    expect(await createContentCache(folder).find(digest(content))).toBe(file);
  });

  test('finds content of any size again, however it was cut into pieces', async () => {
    const folder = await temporaryFolder();
    const cache = createContentCache(folder);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), async (chunks) => {
        const whole = Buffer.concat(chunks);
        const file = await cache.put(digest(whole), chunks, announced);
        expect(await cache.find(digest(whole))).toBe(file);
        expect(await readFile(file)).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  test('hashes files larger than one read', async () => {
    const cache = createContentCache(await temporaryFolder());
    const large = randomBytes(3_000_000);
    const file = await cache.put(digest(large), [large], { what: 'large', maxBytes: large.byteLength });
    expect(await cache.find(digest(large))).toBe(file);
  });

  test('reads a part', async () => {
    const cache = createContentCache(await temporaryFolder());
    await cache.put(digest(content), [content], announced);
    expect(Buffer.from(await cache.readRange(digest(content), { offset: 5, length: 3 })).toString()).toBe(
      'was',
    );
    const beyond = await cache.readRange(digest(content), { offset: content.length - 2, length: 10 });
    expect(Buffer.from(beyond).toString()).toBe('d\n');
  });
});

describe('what is not right is not kept', () => {
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield content.subarray(0, 4);
    throw new Error('connection reset');
  }

  test.each([
    { summary: 'other bytes', chunks: () => [Buffer.from('what was changed\n')], code: 'DIGEST_MISMATCH' },
    { summary: 'the beginning alone', chunks: () => [content.subarray(0, -1)], code: 'DIGEST_MISMATCH' },
    { summary: 'nothing', chunks: () => [], code: 'DIGEST_MISMATCH' },
    { summary: 'more than announced', chunks: () => [content, Buffer.alloc(1000)], code: 'DIGEST_MISMATCH' },
    { summary: 'a source that breaks off', chunks: breaking, message: 'connection reset' },
  ])('$summary', async ({ chunks, code, message }) => {
    const folder = await temporaryFolder();
    const cache = createContentCache(folder);
    const expected = code === undefined ? { message } : { code };
    await expect(cache.put(digest(content), chunks(), announced)).rejects.toMatchObject(expected);
    expect(await filesBelow(folder)).toEqual([]);
  });

  test.each([
    { summary: 'disk full while writing', failing: 'write', code: 'ENOSPC', reason: 'the disk is full' },
    { summary: 'quota used up', failing: 'write', code: 'EDQUOT', reason: 'the disk is full' },
    { summary: 'disk full at the end', failing: 'close', code: 'ENOSPC', reason: 'the disk is full' },
    { summary: 'read-only disk', failing: 'open', code: 'EROFS', reason: 'EROFS' },
  ])('$summary', async ({ failing, code, reason }) => {
    const folder = await temporaryFolder();
    async function fail(step: string): Promise<void> {
      if (step === failing) {
        throw withCode(code);
      }
    }
    async function openWriter(file: string): Promise<ContentWriter> {
      await fail('open');
      await writeFile(file, 'a part of it');
      return { write: () => fail('write'), close: () => fail('close') };
    }
    const cache = createContentCache(folder, { openWriter });

    await expect(cache.put(digest(content), [content], announced)).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: expect.stringContaining(reason),
      hint: expect.stringContaining(folder),
    });
    expect(await filesBelow(folder)).toEqual([]);
    expect(await cache.find(digest(content))).toBeUndefined();
  });
});

describe('damaged files', () => {
  test.each([
    { summary: 'one flipped byte', damage: (bytes: Buffer) => bytes.fill((bytes[3] ?? 0) ^ 1, 3, 4) },
    { summary: 'half a file', damage: (bytes: Buffer) => bytes.subarray(0, 8) },
    { summary: 'an empty file', damage: () => Buffer.alloc(0) },
  ])('$summary counts as absent and is removed', async ({ damage }) => {
    const folder = await temporaryFolder();
    const cache = createContentCache(folder);
    const file = await cache.put(digest(content), [content], announced);
    await writeFile(file, damage(Buffer.from(content)));

    expect(await cache.find(digest(content))).toBeUndefined();
    expect(await filesBelow(folder)).toEqual([]);
    expect(await cache.put(digest(content), [content], announced)).toBe(file);
  });

  test('readUnverified says nothing about what it reads', async () => {
    const cache = createContentCache(await temporaryFolder());
    expect(await cache.readUnverified(digest(content))).toBeUndefined();
    const file = await cache.put(digest(content), [content], announced);
    await writeFile(file, 'anything');
    expect(await cache.readUnverified(digest(content))).toEqual(Buffer.from('anything'));
  });

  test('what is open is read in parts, and to the end also when it was removed', async () => {
    using cache = createContentCache(await temporaryFolder());
    expect(await cache.openUnverified(digest(content))).toBeUndefined();
    await cache.put(digest(content), [content], announced);
    const open = await cache.openUnverified(digest(content));
    await cache.remove(digest(content));
    expect(open?.size).toBe(Buffer.byteLength(content));
    expect(open?.read(2, 5).toString()).toBe(Buffer.from(content).subarray(2, 5).toString());
    expect(open?.read(1, 1 << 20).toString()).toBe(Buffer.from(content).subarray(1).toString());
    expect(open?.read(1 << 20, 1 << 21)).toHaveLength(0);
  });
});

test('clears what a killed run left, and leaves what another run is writing', async () => {
  const folder = await temporaryFolder();
  const old = new Date(Date.now() - 2 * 86_400_000);
  await mkdir(path.join(folder, 'tmp'));
  await writeFile(path.join(folder, 'tmp/abandoned'), 'half');
  await utimes(path.join(folder, 'tmp/abandoned'), old, old);
  await writeFile(path.join(folder, 'tmp/young'), 'half');

  await createContentCache(folder).put(digest(content), [content], announced);

  expect(await readdir(path.join(folder, 'tmp'))).toEqual(['young']);
});
