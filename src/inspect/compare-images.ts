import type {
  ContentChanges,
  FindingChanges,
  ImageChanges,
  ImageName,
  LayerChange,
  PackageChange,
} from '../model/index.ts';
import type { StackedLayer } from '../oci/index.ts';
import { compareConfig } from './compare-config.ts';
import { compareFiles } from './compare-files.ts';
import { comparePackages, toInstalled, type UpstreamSoftware } from './compare-packages.ts';
import { downloadBytes, unpackedBytes, type LookedAt } from './look-at.ts';

/** One of two images, with what its registry says of it. */
export interface ComparedImage {
  readonly name: ImageName;
  readonly looked: LookedAt;
  /** By its lock; undefined where there is none that can be read. */
  readonly upstream: readonly UpstreamSoftware[] | undefined;
}

/** What two images differ in, without what changelogs say of it. */
export function compareImages(
  before: ComparedImage,
  after: ComparedImage,
  findings: FindingChanges,
): ImageChanges {
  const notRead = [...before.looked.installed.notRead, ...after.looked.installed.notRead];
  return {
    schemaVersion: 1,
    before: before.name,
    after: after.name,
    packages: changedPackages(before, after),
    notRead: [...new Set(notRead)],
    findings,
    ...compareContent(before.looked, after.looked),
  };
}

/** Upstream software is compared where both locks can be read: else one side would seem to have none. */
export function changedPackages(
  before: Pick<ComparedImage, 'looked' | 'upstream'>,
  after: Pick<ComparedImage, 'looked' | 'upstream'>,
): readonly PackageChange[] {
  const areKnown = before.upstream !== undefined && after.upstream !== undefined;
  const [old, now] = [before, after].map(({ looked, upstream = [] }) => [
    ...looked.installed.packages,
    ...(areKnown ? upstream.map(toInstalled) : []),
  ]);
  return comparePackages(old ?? [], now ?? []);
}

export function compareContent(before: LookedAt, after: LookedAt): ContentChanges {
  return {
    files: compareFiles(
      { entries: before.image.entries, owners: before.owners },
      { entries: after.image.entries, owners: after.owners },
    ),
    config: compareConfig(before.image.config, after.image.config),
    layers: compareLayers(before.image.layers, after.image.layers),
    sizes: {
      download: { before: downloadBytes(before.image), after: downloadBytes(after.image) },
      unpacked: { before: unpackedBytes(before.image), after: unpackedBytes(after.image) },
    },
  };
}

/** From the lowest of the newer image; what only the older one has comes last. */
function compareLayers(
  before: readonly StackedLayer[],
  after: readonly StackedLayer[],
): readonly LayerChange[] {
  const old = new Set(before.map(({ layer }) => layer.digest));
  const now = new Set(after.map(({ layer }) => layer.digest));
  return [
    ...after.map(({ layer: { digest, size } }) => {
      return { digest, size, in: old.has(digest) ? 'both' : 'after' } as const;
    }),
    ...before
      .filter(({ layer }) => !now.has(layer.digest))
      .map(({ layer: { digest, size } }) => ({ digest, size, in: 'before' }) as const),
  ];
}
