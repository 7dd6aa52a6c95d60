import type { Wasted, WastedFile } from '../model/index.ts';
import type { StackedImage, StackedLayer } from '../oci/index.ts';
import { compareText } from './read-packages.ts';

/** What later layers hide of the files below them. Dive counts the same files, and the newer copies besides. */
export function wastedIn({ layers }: Pick<StackedImage, 'layers'>): Wasted {
  const files = layers.flatMap(wastedBy).filter(({ bytes }) => bytes > 0);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const all = layers.reduce((sum, layer) => sum + layerBytes(layer), 0);
  return {
    bytes,
    efficiency: all === 0 ? 1 : (all - bytes) / all,
    files: files.toSorted((a, b) => b.bytes - a.bytes || compareText(a.path, b.path)),
  };
}

function wastedBy({ replaced }: StackedLayer): readonly WastedFile[] {
  return replaced.map(({ path, entry, below, by, layer }) => ({
    path,
    bytes: entry.size,
    layer: below,
    by: by === 'nothing' ? 'removed' : 'replaced',
    inLayer: layer,
  }));
}

/** Of the files that a layer brings, whether or not they are seen in the end. */
export function layerBytes({ items }: Pick<StackedLayer, 'items'>): number {
  return items.reduce((sum, item) => sum + (item.kind === 'entry' ? item.entry.size : 0), 0);
}
