import type { Duplex } from 'node:stream';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { extract } from 'tar-stream';
import type { Extract } from 'tar-stream';
import { FactoryError } from '../model/index.ts';
import type { Descriptor, Sha256 } from '../model/index.ts';
import { CheckedBytes } from './checked-bytes.ts';
import { newFileCapture, type NewCapture } from './file-capture.ts';
import { streamBlob } from './layout.ts';
import { absolutePath, toLayerItem } from './layer-item.ts';
import type { LayerItem } from './apply-layer.ts';

/** Large output chunks make inflating and walking a 150 MB layer three times as fast as zlib's 16 KiB. */
const CHUNK_BYTES = 512 << 10;

interface LayerSource {
  readonly layoutDir: string;
  readonly layer: Descriptor;
}

export type LayerReader = (source: LayerSource, signal?: AbortSignal) => Promise<readonly LayerItem[]>;

/** Layers kept read: what a dev image has, and some more; the largest takes 100 MB. */
const KEPT_LAYERS = 16;

/** Reads a layer that images share once, while it is among the last that were asked for. */
export function createLayerReader(): LayerReader {
  const kept = new Map<Sha256, Promise<readonly LayerItem[]>>();
  return (source, signal) => {
    const { digest } = source.layer;
    const reading = kept.get(digest) ?? readLayer(source, signal);
    // a map keeps the order of insertion: the first is what nobody asked for the longest
    kept.delete(digest);
    kept.set(digest, reading);
    reading.catch(() => kept.delete(digest));
    for (const oldest of [...kept.keys()].slice(0, -KEPT_LAYERS)) {
      kept.delete(oldest);
    }
    return reading;
  };
}

/** Streams one layer of an OCI layout. */
export async function readLayer(source: LayerSource, signal?: AbortSignal): Promise<LayerItem[]> {
  const { layoutDir, layer } = source;
  return readLayerBytes(layer, streamBlob(layoutDir, layer.digest), signal === undefined ? {} : { signal });
}

export interface LayerReading {
  readonly signal?: AbortSignal;
  /** What is kept of each file; by default what the checks of our own images ask for. */
  readonly capture?: NewCapture;
}

/**
 * Streams a layer from wherever its bytes come. Digest and size are checked on the way, and nothing is returned from
 * bytes that differ.
 */
export async function readLayerBytes(
  layer: Descriptor,
  chunks: AsyncIterable<Uint8Array>,
  { signal, capture = newFileCapture }: LayerReading = {},
): Promise<LayerItem[]> {
  const bytes = new CheckedBytes(layer, chunks);
  const decompress = decompressor(layer);
  const tar = extract();
  const items: LayerItem[] = [];
  const collecting = collect(tar, items, capture);
  const options = signal === undefined ? {} : { signal };
  try {
    const piping = pipeline(Readable.from(bytes.read()), decompress, tar, options);
    await settleBoth(piping, collecting);
  } catch (cause) {
    throw await layerError({ layer, bytes, signal }, cause);
  }
  await bytes.assertRight();
  return items;
}

/**
 * Waits for both ends, so that the failure of one never leaves the other's rejection unhandled. The end that
 * failed first has a reason; the other only says that its stream was closed.
 */
async function settleBoth(first: Promise<void>, second: Promise<void>): Promise<void> {
  const results = await Promise.allSettled([first, second]);
  const reasons = results
    .filter((result) => result.status === 'rejected')
    .map((result): unknown => result.reason);
  if (reasons.length > 0) {
    throw reasons.find((reason) => reason instanceof FactoryError) ?? reasons[0];
  }
}

function decompressor(layer: Descriptor): Duplex {
  if (layer.mediaType.endsWith('+gzip')) {
    return createGunzip({ chunkSize: CHUNK_BYTES });
  }
  if (layer.mediaType.endsWith('+zstd')) {
    return createZstdDecompress({ chunkSize: CHUNK_BYTES });
  }
  if (layer.mediaType.endsWith('.tar')) {
    return new PassThrough();
  }
  throw new FactoryError(
    'BUILD_FAILED',
    `cannot read layer ${layer.digest}: expected a tar, gzip or zstd media type, got "${layer.mediaType}"`,
  );
}

interface FailedReading {
  readonly layer: Descriptor;
  readonly bytes: CheckedBytes;
  readonly signal: AbortSignal | undefined;
}

/** Changed bytes usually break gzip or tar before their end is reached: the digest tells which of the two it is. */
async function layerError({ layer, bytes, signal }: FailedReading, cause: unknown): Promise<unknown> {
  if (signal?.aborted === true) {
    bytes.close();
    return new FactoryError('CANCELLED', `cannot read layer ${layer.digest}: cancelled`, { cause });
  }
  try {
    await bytes.assertRight();
  } catch (error) {
    return error;
  }
  if (cause instanceof FactoryError) {
    return cause;
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new FactoryError('BUILD_FAILED', `cannot read layer ${layer.digest}: ${reason}`, { cause });
}

async function collect(tar: Extract, items: LayerItem[], capture: NewCapture): Promise<void> {
  for await (const entry of tar) {
    const path = absolutePath(entry.header.name);
    const captured = capture(path, entry.header.size);
    for await (const chunk of entry as AsyncIterable<Buffer>) {
      captured.push(chunk);
    }
    items.push(toLayerItem(path, entry.header, captured.finish()));
  }
}
