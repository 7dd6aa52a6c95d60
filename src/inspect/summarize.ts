import type {
  AttestedSummary,
  BigFile,
  BigPackage,
  ImageName,
  ImageSettings,
  ImageSummary,
  LayerSummary,
} from '../model/index.ts';
import type { OciImageConfig, StackedLayer } from '../oci/index.ts';
import type { InstalledPackage } from './installed.ts';
import { downloadBytes, unpackedBytes, type LookedAt } from './look-at.ts';
import { privilegedIn, shellsIn } from './privileged.ts';
import { compareText } from './read-packages.ts';
import { layerBytes, wastedIn } from './wasted.ts';

/** Of the biggest packages and files. */
const BIGGEST = 10;

export interface ShownImage {
  readonly name: ImageName;
  readonly looked: LookedAt;
  /** Of the index. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly attested?: AttestedSummary;
}

/** What one platform of an image holds. */
export function summarizeImage({ name, looked, annotations, attested }: ShownImage): ImageSummary {
  const { image, installed } = looked;
  const { created } = image.config;
  return {
    schemaVersion: 1,
    image: name,
    ...(created === undefined ? {} : { created }),
    settings: settingsOf(image.config),
    annotations: { ...annotations, ...image.annotations },
    sizes: { download: downloadBytes(image), unpacked: unpackedBytes(image) },
    layers: layersOf(looked),
    wasted: wastedIn(image),
    packages: {
      count: installed.packages.length,
      notRead: installed.notRead,
      biggest: biggestPackages(looked),
    },
    biggestFiles: biggestFiles(looked),
    privileged: privilegedIn(image.entries),
    shells: shellsIn(image.entries),
    ...(attested === undefined ? {} : { attested }),
  };
}

function settingsOf({ config }: OciImageConfig): ImageSettings {
  const { StopSignal: stopSignal, Healthcheck: healthcheck } = config;
  return {
    user: config.User ?? '',
    entrypoint: config.Entrypoint,
    command: config.Cmd,
    workingDir: config.WorkingDir ?? '',
    environment: config.Env,
    ports: config.ExposedPorts,
    volumes: config.Volumes,
    ...(stopSignal === undefined ? {} : { stopSignal }),
    ...(healthcheck === undefined ? {} : { healthcheck: healthcheck.Test }),
    labels: config.Labels,
  };
}

function layersOf(looked: LookedAt): readonly LayerSummary[] {
  const steps = looked.image.config.history.filter((step) => !step.empty_layer);
  return looked.image.layers.map((layer, at) => ({
    digest: layer.layer.digest,
    size: layer.layer.size,
    unpacked: layerBytes(layer),
    files: fileCount(layer),
    createdBy: steps[at]?.created_by ?? '',
    packages: packagesOf(looked, at),
  }));
}

function fileCount({ items }: StackedLayer): number {
  return items.filter((item) => {
    return item.kind === 'hard-link' || (item.kind === 'entry' && item.entry.type !== 'directory');
  }).length;
}

function packagesOf({ image, installed }: LookedAt, layer: number): readonly string[] {
  const names = installed.packages
    .filter(({ recordedIn }) => image.entries.get(recordedIn)?.layer === layer)
    .map(({ name }) => name);
  return [...new Set(names)];
}

function biggestPackages({ image, installed }: LookedAt): readonly BigPackage[] {
  function bytesOf({ files }: InstalledPackage): number {
    return [...new Set(files)].reduce((sum, path) => sum + (image.entries.get(path)?.size ?? 0), 0);
  }
  return installed.packages
    .map((each) => ({ kind: each.kind, name: each.name, version: each.version, bytes: bytesOf(each) }))
    .toSorted((a, b) => b.bytes - a.bytes || compareText(a.name, b.name))
    .slice(0, BIGGEST);
}

function biggestFiles({ image, owners }: LookedAt): readonly BigFile[] {
  return [...image.entries.values()]
    .filter(({ size }) => size > 0)
    .toSorted((a, b) => b.size - a.size || compareText(a.path, b.path))
    .slice(0, BIGGEST)
    .map(({ path, size }) => {
      const owner = owners.get(path);
      return { path, bytes: size, ...(owner === undefined ? {} : { package: owner }) };
    });
}
