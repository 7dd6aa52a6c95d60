import type { Descriptor } from '../model/index.ts';
import { parseImageConfig, type OciImageConfig } from './image-config.ts';
import { readLayer } from './layer-reader.ts';
import { readBlob } from './layout.ts';
import { applyLayer, type RootEntry, type RootFilesystem } from './root-filesystem.ts';
import { parseManifest } from './schema.ts';

/** An image of a layout as a container would see it: its files and its configuration. */
export interface ImageContent {
  readonly root: RootFilesystem;
  readonly config: OciImageConfig;
  /** From the lowest. */
  readonly layers: readonly Pick<Descriptor, 'digest' | 'size'>[];
}

/** Reads manifest, config and every layer of one platform's image; each is checked against its digest. */
export async function readImageContent(
  layoutDir: string,
  manifest: Descriptor,
  signal?: AbortSignal,
): Promise<ImageContent> {
  const { config, layers } = parseManifest(
    await readBlob(layoutDir, manifest.digest),
    `manifest ${manifest.digest}`,
  );
  const configBytes = await readBlob(layoutDir, config.digest);
  let entries: ReadonlyMap<string, RootEntry> = new Map();
  let compressedBytes = 0;
  for (const layer of layers) {
    entries = applyLayer(entries, await readLayer({ layoutDir, layer }, signal));
    compressedBytes += layer.size;
  }
  return {
    root: toRootFilesystem(entries, compressedBytes),
    config: parseImageConfig(configBytes, `config ${config.digest}`),
    layers: layers.map(({ digest, size }) => ({ digest, size })),
  };
}

function toRootFilesystem(entries: ReadonlyMap<string, RootEntry>, compressedBytes: number): RootFilesystem {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  const unpackedBytes = sorted.reduce((sum, [, entry]) => sum + entry.size, 0);
  return { entries: new Map(sorted), compressedBytes, unpackedBytes };
}
