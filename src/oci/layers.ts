import type { Descriptor } from '../model/index.ts';
import { applyLayer, type Replaced } from './apply-layer.ts';
import { parseImageConfig, type OciImageConfig } from './image-config.ts';
import { readLayer, type LayerReader } from './layer-reader.ts';
import { readBlob } from './layout.ts';
import type { Entries, RootFilesystem } from './root-filesystem.ts';
import { parseManifest } from './schema.ts';

/** An image of a layout as a container would see it: its files and its configuration. */
export interface ImageContent {
  readonly root: RootFilesystem;
  readonly config: OciImageConfig;
  /** From the lowest. */
  readonly layers: readonly Pick<Descriptor, 'digest' | 'size'>[];
  readonly replaced: readonly Replaced[];
}

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** Default: one that keeps nothing. */
  readonly readLayer?: LayerReader;
}

/** Reads manifest, config and every layer of one platform's image; each is checked against its digest. */
export async function readImageContent(
  layoutDir: string,
  manifest: Descriptor,
  { signal, readLayer: read = readLayer }: ReadOptions = {},
): Promise<ImageContent> {
  const { config, layers } = parseManifest(
    await readBlob(layoutDir, manifest.digest),
    `manifest ${manifest.digest}`,
  );
  const configBytes = await readBlob(layoutDir, config.digest);
  let entries: Entries = new Map();
  let replaced: readonly Replaced[] = [];
  let compressedBytes = 0;
  for (const [index, layer] of layers.entries()) {
    const applied = applyLayer(entries, await read({ layoutDir, layer }, signal), index);
    entries = applied.entries;
    replaced = [...replaced, ...applied.replaced];
    compressedBytes += layer.size;
  }
  return {
    root: toRootFilesystem(entries, compressedBytes),
    config: parseImageConfig(configBytes, `config ${config.digest}`),
    layers: layers.map(({ digest, size }) => ({ digest, size })),
    replaced,
  };
}

function toRootFilesystem(entries: Entries, compressedBytes: number): RootFilesystem {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  const unpackedBytes = sorted.reduce((sum, [, entry]) => sum + entry.size, 0);
  return { entries: new Map(sorted), compressedBytes, unpackedBytes };
}
