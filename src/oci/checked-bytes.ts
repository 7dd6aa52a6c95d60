import { createHash } from 'node:crypto';
import { FactoryError } from '../model/index.ts';
import type { Descriptor } from '../model/index.ts';

/** The bytes of a blob on their way to a reader that may stop early, compared with the blob's digest and size at the end. */
export class CheckedBytes {
  readonly #blob: Pick<Descriptor, 'digest' | 'size'>;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #hash = createHash('sha256');
  #size = 0;
  #sourceError: { readonly error: unknown } | undefined;

  constructor(blob: Pick<Descriptor, 'digest' | 'size'>, chunks: AsyncIterable<Uint8Array>) {
    this.#blob = blob;
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** May be read once more after a reader gave up: it then gives what is left. */
  async *read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = await this.#next();
      if (next.done === true) {
        return;
      }
      this.#hash.update(next.value);
      this.#size += next.value.length;
      yield next.value;
    }
  }

  /** Reads what is left. Where the bytes themselves did not come, or are others, that is the reason of everything else. */
  async assertRight(): Promise<void> {
    if (this.#sourceError !== undefined) {
      throw this.#sourceError.error;
    }
    for await (const _chunk of this.read()) {
      // Reading to the end is the point.
    }
    const { digest, size } = this.#blob;
    const got = `sha256:${this.#hash.digest('hex')}`;
    if (got !== digest || this.#size !== size) {
      throw new FactoryError(
        'DIGEST_MISMATCH',
        `cannot read layer: its bytes changed, expected ${digest} of ${String(size)} bytes, got ${got} of ${String(this.#size)}`,
        { hint: 'run again; what this machine builds is built anew' },
      );
    }
  }

  /** For who does not read to the end. */
  close(): void {
    void this.#chunks.return?.().catch(() => undefined);
  }

  async #next(): Promise<IteratorResult<Uint8Array, unknown>> {
    try {
      return await this.#chunks.next();
    } catch (error) {
      this.#sourceError = { error };
      throw error;
    }
  }
}
