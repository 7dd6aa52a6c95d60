import type { Descriptor } from '../model/index.ts';
import { parseImageConfig, type OciImageConfig } from './image-config.ts';
import { readLayer, type LayerReader } from './layer-reader.ts';
import { readBlob } from './layout.ts';
import { applyLayer, type LayerItem, type RootEntry, type RootFilesystem } from './root-filesystem.ts';
import { parseManifest } from './schema.ts';

/** A file that a layer brings although one below has it already; layers counted from the lowest, 0. */
export interface ReplacedFile {
  readonly path: string;
  readonly layer: number;
  readonly below: number;
}

/** An image of a layout as a container would see it: its files and its configuration. */
export interface ImageContent {
  readonly root: RootFilesystem;
  readonly config: OciImageConfig;
  /** From the lowest. */
  readonly layers: readonly Pick<Descriptor, 'digest' | 'size'>[];
  readonly replaced: readonly ReplacedFile[];
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
  let entries: ReadonlyMap<string, RootEntry> = new Map();
  let compressedBytes = 0;
  const replaced: ReplacedFile[] = [];
  const origins = new Map<string, number>();
  for (const [index, layer] of layers.entries()) {
    const items = await read({ layoutDir, layer }, signal);
    replaced.push(...noteOrigins(items, index, origins));
    entries = applyLayer(entries, items);
    compressedBytes += layer.size;
  }
  return {
    root: toRootFilesystem(entries, compressedBytes),
    config: parseImageConfig(configBytes, `config ${config.digest}`),
    layers: layers.map(({ digest, size }) => ({ digest, size })),
    replaced,
  };
}

/** Notes which layer each file is of, and gives those that were another's. Folders belong to all layers. */
function noteOrigins(
  items: readonly LayerItem[],
  layer: number,
  origins: Map<string, number>,
): readonly ReplacedFile[] {
  const replaced: ReplacedFile[] = [];
  for (const item of items) {
    const path = pathOfFile(item);
    const below = path === undefined ? undefined : origins.get(path);
    if (path !== undefined && below !== undefined && below !== layer) {
      replaced.push({ path, layer, below });
    }
    if (path !== undefined) {
      origins.set(path, layer);
    }
  }
  return replaced;
}

function pathOfFile(item: LayerItem): string | undefined {
  if (item.kind === 'entry') {
    return item.entry.type === 'directory' ? undefined : item.entry.path;
  }
  return item.kind === 'hard-link' ? item.path : undefined;
}

function toRootFilesystem(entries: ReadonlyMap<string, RootEntry>, compressedBytes: number): RootFilesystem {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  const unpackedBytes = sorted.reduce((sum, [, entry]) => sum + entry.size, 0);
  return { entries: new Map(sorted), compressedBytes, unpackedBytes };
}
