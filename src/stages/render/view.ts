import { FactoryError } from '../../model/index.ts';
import type { CatalogEntry, LockedImage, LockedPlatform, Stack } from '../../model/index.ts';

/** What `templates/image.Dockerfile.hbs` may use: nothing that differs between the platforms of an image. */
export interface ImageView {
  readonly title: string;
  readonly layers: readonly LayerView[];
  readonly labels: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly accounts: CatalogEntry['config']['accounts'];
  readonly user: string;
  readonly workdir: string;
  readonly stopSignal: string;
  readonly entrypoint: readonly string[] | null;
  readonly command: readonly string[] | null;
  readonly epochArg: string;
}

interface LayerView {
  readonly name: string;
  readonly epochArg: string;
  readonly artifacts: readonly {
    readonly name: string;
    readonly into: string;
    readonly keep: readonly string[];
  }[];
  readonly drop: readonly string[];
  readonly links: Stack['links'];
  readonly steps: readonly { readonly partial: string; readonly tag: string }[];
}

const IMAGE_EPOCH_ARG = 'IMAGE_EPOCH';

export function toImageView({ entry, lock }: LockedImage, steps: readonly string[]): ImageView {
  const { config } = entry;
  return {
    title: entry.title,
    layers: entry.stacks.map((stack) => toLayerView(stack, entry, steps)),
    labels: labels(entry, lock.version),
    environment: config.environment,
    accounts: config.accounts,
    user: config.user,
    workdir: config.workdir,
    stopSignal: config.stopSignal,
    entrypoint: config.entrypoint.length === 0 ? null : config.entrypoint,
    command: config.command.length === 0 ? null : config.command,
    epochArg: IMAGE_EPOCH_ARG,
  };
}

/** The OCI set that holds for every build of these inputs: no commit, no build id, no clock. */
export function labels(entry: CatalogEntry, version: string): Readonly<Record<string, string>> {
  return {
    'org.opencontainers.image.title': entry.title,
    'org.opencontainers.image.description': entry.description,
    'org.opencontainers.image.version': version,
    ...entry.annotations,
  };
}

/**
 * Seconds since 1970 for every generated file of a layer, as build arguments. Accounts depend on no package: they
 * take the lowest layer's date, so that images with the same accounts share that layer as well.
 */
export function epochArgs(platform: LockedPlatform): Readonly<Record<string, string>> {
  const args = platform.layers.map((layer) => [epochArg(layer.stack), String(layer.epoch)] as const);
  const [lowest] = platform.layers;
  return Object.fromEntries([...args, [IMAGE_EPOCH_ARG, String(lowest?.epoch ?? 0)]]);
}

function epochArg(stack: string): string {
  return `${stack.toUpperCase().replaceAll('-', '_')}_EPOCH`;
}

function toLayerView(stack: Stack, entry: CatalogEntry, steps: readonly string[]): LayerView {
  return {
    name: stack.name,
    epochArg: epochArg(stack.name),
    artifacts: stack.artifacts.map(({ name, into, keep }) => ({ name, into, keep })),
    drop: stack.drop,
    links: stack.links,
    steps: stack.steps.map((step) => ({ partial: knownStep(stack, step, steps), tag: entry.track })),
  };
}

function knownStep(stack: Stack, step: string, steps: readonly string[]): string {
  if (!steps.includes(step)) {
    throw new FactoryError(
      'TEMPLATE_INVALID',
      `cannot render ${stack.folder}/stack.json: steps: expected one of ${steps.join(', ')}, got "${step}"`,
      { hint: `add templates/partials/steps/${step}.hbs, or correct the name` },
    );
  }
  return `steps/${step}`;
}
