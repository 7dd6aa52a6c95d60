import { parentOf, resolvePath, type Entries, type StackedImage } from '../oci/index.ts';
import type { Owners } from './compare-files.ts';
import type { InstalledPackages } from './installed.ts';
import { readPackages } from './read-packages.ts';

/** An image whose package databases were read. */
export interface LookedAt {
  readonly image: StackedImage;
  readonly installed: InstalledPackages;
  /** Which package a file belongs to. */
  readonly owners: Owners;
}

export function lookAt(image: StackedImage): LookedAt {
  const installed = readPackages(image.entries);
  const owners = new Map(
    installed.packages.flatMap(({ name, files }) => files.map((path) => [path, name] as const)),
  );
  return { image, installed, owners: withLinks(owners, image.entries) };
}

/** dpkg's md5sums name no links: `libz.so.1` belongs to whom the `libz.so.1.3.1` beside it belongs. */
function withLinks(owners: ReadonlyMap<string, string>, entries: Entries): Owners {
  const links = [...entries.values()].flatMap(({ path, type }) => {
    const target = type === 'symlink' && !owners.has(path) ? resolvePath(entries, path)?.path : undefined;
    const owner = target === undefined ? undefined : owners.get(target);
    const isBeside = target !== undefined && parentOf(target) === parentOf(path);
    return owner !== undefined && isBeside ? [[path, owner] as const] : [];
  });
  return new Map([...owners, ...links]);
}

/** Bytes of all files, further names of one counted once. */
export function unpackedBytes({ entries }: Pick<StackedImage, 'entries'>): number {
  return [...entries.values()].reduce((sum, { size }) => sum + size, 0);
}

export function downloadBytes({ layers }: Pick<StackedImage, 'layers'>): number {
  return layers.reduce((sum, { layer }) => sum + layer.size, 0);
}
