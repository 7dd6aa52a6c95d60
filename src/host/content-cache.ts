import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorCode, FactoryError, storageError } from '../model/index.ts';
import { markUsed } from './cache-use.ts';
import { openContent, type OpenContent } from './open-content.ts';
import { UNFINISHED } from './remove-cached.ts';

/** What content is asked for by. Debian names SHA-256, npm's integrity SHA-512. */
export interface ContentDigest {
  readonly algorithm: 'sha256' | 'sha512';
  readonly hex: string;
}

/**
 * Verified content by digest, shared by all runs. Nothing lands under a digest that is not its own,
 * and what is read back is hashed again: a damaged file counts as absent and is removed.
 */
export interface ContentCache {
  /** Absolute path of the content, hashed again just now. */
  find(digest: ContentDigest): Promise<string | undefined>;
  /** The bytes as they lie there, NOT hashed: only for a caller that verifies them itself. */
  readUnverified(digest: ContentDigest): Promise<Uint8Array | undefined>;
  /** The same for what is too large to be held: it can be read until the cache is disposed of, also if it is removed. */
  openUnverified(digest: ContentDigest): Promise<OpenContent | undefined>;
  /** A part of content that `find` or `put` has just vouched for. */
  readRange(
    digest: ContentDigest,
    range: { readonly offset: number; readonly length: number },
  ): Promise<Uint8Array>;
  /** Keeps the content, or throws DIGEST_MISMATCH or STORAGE_FAILED and keeps nothing. */
  put(digest: ContentDigest, chunks: Chunks, content: ContentAnnounced): Promise<string>;
  remove(digest: ContentDigest): Promise<void>;
}

/** Bytes that arrive one by one, or are all there. */
export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** What is about to be written. */
export interface ContentAnnounced {
  /** For messages: `libc6_2.41-12_amd64.deb`. */
  readonly what: string;
  /** More than this is refused before the disk is full. */
  readonly maxBytes: number;
}

/** The part of a file handle that writing content needs. */
export interface ContentWriter {
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface ContentCacheOptions {
  /** Opens the temporary file; a test gives one whose disk is full. */
  readonly openWriter?: (file: string) => Promise<ContentWriter>;
}

const HINT_OF_OTHER_BYTES =
  'the server, or something on the way, changed the file: run again, and if it stays so use another mirror';

const HASH_CHUNK_BYTES = 1 << 20;

/** A temporary file this old belongs to a run that was killed: no download takes as long. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;

/** `folder` is the cache's own: `content/<algorithm>/<first two digits>/<digest>` and `tmp/` below it. */
export function createContentCache(
  folder: string,
  options: ContentCacheOptions = {},
): ContentCache & Disposable {
  return new FolderContentCache(folder, options.openWriter ?? openFileWriter);
}

class FolderContentCache implements ContentCache, Disposable {
  readonly #folder: string;
  readonly #temporary: string;
  readonly #openWriter: (file: string) => Promise<ContentWriter>;
  readonly #opened = new DisposableStack();
  #swept: Promise<void> | undefined;

  constructor(folder: string, openWriter: (file: string) => Promise<ContentWriter>) {
    this.#folder = folder;
    this.#temporary = path.join(folder, UNFINISHED);
    this.#openWriter = openWriter;
  }

  async find(digest: ContentDigest): Promise<string | undefined> {
    const file = this.#fileOf(digest);
    const found = await this.#absentAsUndefined(file, () => hashFile(file, digest.algorithm));
    if (found === undefined) {
      return undefined;
    }
    if (found !== digest.hex) {
      await this.remove(digest);
      return undefined;
    }
    await markUsed(file);
    return file;
  }

  async readUnverified(digest: ContentDigest): Promise<Uint8Array | undefined> {
    const file = this.#fileOf(digest);
    const bytes = await this.#absentAsUndefined(file, () => readFile(file));
    await markUsed(file);
    return bytes;
  }

  async openUnverified(digest: ContentDigest): Promise<OpenContent | undefined> {
    const file = this.#fileOf(digest);
    const content = await this.#absentAsUndefined(file, () =>
      Promise.resolve(this.#opened.use(openContent(file))),
    );
    await markUsed(file);
    return content;
  }

  async readRange(
    digest: ContentDigest,
    { offset, length }: { readonly offset: number; readonly length: number },
  ): Promise<Uint8Array> {
    const file = this.#fileOf(digest);
    try {
      await using handle = await open(file);
      const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    } catch (error) {
      throw storageError(file, this.#folder, error);
    }
  }

  async put(digest: ContentDigest, chunks: Chunks, content: ContentAnnounced): Promise<string> {
    const file = this.#fileOf(digest);
    const temporary = path.join(this.#temporary, randomUUID());
    try {
      await this.#stored(file, () => this.#prepare(file));
      const got = await this.#write(temporary, chunks, { ...content, algorithm: digest.algorithm });
      if (got !== digest.hex) {
        throw new FactoryError(
          'DIGEST_MISMATCH',
          `cannot cache ${content.what}: expected ${digest.algorithm}:${digest.hex}, got ${digest.algorithm}:${got}`,
          { hint: HINT_OF_OTHER_BYTES },
        );
      }
      await this.#stored(file, () => rename(temporary, file));
      return file;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async remove(digest: ContentDigest): Promise<void> {
    const file = this.#fileOf(digest);
    await this.#stored(file, () => rm(file, { force: true }));
  }

  [Symbol.dispose](): void {
    this.#opened.dispose();
  }

  #fileOf({ algorithm, hex }: ContentDigest): string {
    return path.join(this.#folder, 'content', algorithm, hex.slice(0, 2), hex);
  }

  async #write(
    temporary: string,
    chunks: Chunks,
    { algorithm, what, maxBytes }: ContentAnnounced & { readonly algorithm: string },
  ): Promise<string> {
    const hash = createHash(algorithm);
    const writer = await this.#stored(temporary, () => this.#openWriter(temporary));
    let bytes = 0;
    try {
      for await (const chunk of chunks) {
        bytes += chunk.byteLength;
        if (bytes > maxBytes) {
          throw new FactoryError(
            'DIGEST_MISMATCH',
            `cannot cache ${what}: expected at most ${maxBytes} bytes, got more`,
            { hint: HINT_OF_OTHER_BYTES },
          );
        }
        hash.update(chunk);
        await this.#stored(temporary, () => writer.write(chunk));
      }
    } finally {
      await this.#stored(temporary, () => writer.close());
    }
    return hash.digest('hex');
  }

  async #prepare(file: string): Promise<void> {
    await mkdir(path.dirname(file), { recursive: true });
    await mkdir(this.#temporary, { recursive: true });
    this.#swept ??= sweep(this.#temporary);
    await this.#swept;
  }

  async #absentAsUndefined<T>(file: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (errorCode(error) === 'ENOENT') {
        return undefined;
      }
      throw storageError(file, this.#folder, error);
    }
  }

  /** Only the disk's own failures become STORAGE_FAILED: a source that breaks off keeps its error. */
  async #stored<T>(file: string, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      throw storageError(file, this.#folder, error);
    }
  }
}

async function openFileWriter(file: string): Promise<ContentWriter> {
  const handle = await open(file, 'wx');
  return {
    // writeFile goes on until every byte is written; write may stop early.
    write: (chunk) => handle.writeFile(chunk),
    close: () => handle.close(),
  };
}

async function hashFile(file: string, algorithm: string): Promise<string> {
  await using handle = await open(file);
  const hash = createHash(algorithm);
  const chunk = Buffer.allocUnsafe(HASH_CHUNK_BYTES);
  for (;;) {
    const { bytesRead } = await handle.read(chunk, 0, HASH_CHUNK_BYTES);
    if (bytesRead === 0) {
      return hash.digest('hex');
    }
    hash.update(chunk.subarray(0, bytesRead));
  }
}

/** What a killed run left behind. Another run's file may vanish meanwhile. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS) {
      await rm(file, { recursive: true, force: true });
    }
  }
}
