import { FactoryError, mapInPool } from '../model/index.ts';
import type { Descriptor, Pool, Sha256 } from '../model/index.ts';
import { parseAnyImage } from './any-image.ts';
import { applyLayer, type LayerItem, type Replaced } from './apply-layer.ts';
import type { NewCapture } from './file-capture.ts';
import { parseImageConfig, type OciImageConfig } from './image-config.ts';
import type { ImageSource } from './image-source.ts';
import { readLayerBytes } from './layer-reader.ts';
import type { Entries, RootEntry } from './root-filesystem.ts';

/** What a layer says, read from wherever it is. */
export type ReadLayerItems = (layer: Descriptor) => Promise<readonly LayerItem[]>;

/** A layer with what it did to those below it. */
export interface StackedLayer {
  readonly layer: Descriptor;
  readonly items: readonly LayerItem[];
  /** Of lower layers, with what was there. */
  readonly replaced: readonly (Replaced & { readonly entry: RootEntry })[];
}

/** An image of anybody's, as a container would see it, with all that is hidden in its layers. */
export interface StackedImage {
  readonly config: OciImageConfig;
  readonly annotations: Readonly<Record<string, string>>;
  /** From the lowest. */
  readonly layers: readonly StackedLayer[];
  readonly entries: Entries;
}

export interface StackDeps {
  readonly source: ImageSource;
  readonly readLayer: ReadLayerItems;
  readonly pool: Pool;
}

/** Reads manifest, config and all layers of one platform's image; each is checked against its digest. */
export async function readStackedImage(
  { digest }: Pick<Descriptor, 'digest'>,
  { source, readLayer, pool }: StackDeps,
): Promise<StackedImage> {
  const what = `manifest ${digest}`;
  const image = parseAnyImage(await source.readManifest(digest), what);
  if (image.kind === 'index') {
    throw new FactoryError('REGISTRY_INVALID', `cannot read ${what}: expected an image, got an index`);
  }
  const { config, layers, annotations = {} } = image.manifest;
  const configBytes = await source.readBlob(config);
  const read = await readLayers(layers, { readLayer, pool });
  return {
    config: parseImageConfig(configBytes, `config ${config.digest}`),
    annotations,
    ...stackLayers(read),
  };
}

/** Begun with the largest, so that it does not stand alone at the end; given in their order. */
export async function readLayers(
  layers: readonly Descriptor[],
  { readLayer, pool }: Pick<StackDeps, 'readLayer' | 'pool'>,
): Promise<readonly Omit<StackedLayer, 'replaced'>[]> {
  const largestFirst = layers.toSorted((a, b) => b.size - a.size);
  const items = await mapInPool(pool, largestFirst, readLayer);
  const byDigest = new Map(largestFirst.map(({ digest }, at) => [digest, items[at] ?? []]));
  return layers.map((layer) => ({ layer, items: byDigest.get(layer.digest) ?? [] }));
}

/** Applies the layers over one another. */
export function stackLayers(
  read: readonly Omit<StackedLayer, 'replaced'>[],
): Pick<StackedImage, 'layers' | 'entries'> {
  let entries: Entries = new Map();
  const layers = read.map(({ layer, items }, at) => {
    const below = entries;
    const applied = applyLayer(below, items, at);
    entries = applied.entries;
    const replaced = applied.replaced.flatMap((each) => {
      const entry = below.get(each.path);
      return entry === undefined ? [] : [{ ...each, entry }];
    });
    return { layer, items, replaced };
  });
  return { layers, entries: new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** Streams layers from their source; one that two images share is read once. */
export function layerItemReader(
  capture: NewCapture,
  {
    signal,
    seen,
  }: { readonly signal: AbortSignal; readonly seen: Map<Sha256, Promise<readonly LayerItem[]>> },
): (source: ImageSource) => ReadLayerItems {
  return (source) => (layer) => {
    const reading =
      seen.get(layer.digest) ??
      source.streamBlob(layer, (chunks) => readLayerBytes(layer, chunks, { signal, capture }));
    seen.set(layer.digest, reading);
    return reading;
  };
}
