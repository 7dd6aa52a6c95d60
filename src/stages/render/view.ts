import { FactoryError } from '../../model/index.ts';
import type { CatalogEntry, LockedImage, LockedPlatform, Stack } from '../../model/index.ts';
import { toArtifactView, type ArtifactView } from './artifact-view.ts';
import { toEnvironment } from './environment.ts';

/** What `templates/image.Dockerfile.hbs` may use: nothing that differs between the platforms of an image. */
export interface ImageView {
  readonly title: string;
  readonly layers: readonly LayerView[];
  /** Names of the layers whose files are unpacked: all of a runtime image. */
  readonly unpacked: readonly Pick<LayerView, 'name'>[];
  /** The topmost layer that dpkg installed; nothing in a runtime image. */
  readonly installed: string | null;
  /** Packages that the layers of a runtime image do without, but for libraries: what links one does not start. */
  readonly leftOut: readonly string[];
  readonly aptSources: readonly { readonly url: string; readonly suites: string }[];
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
  /** Template of its stage. */
  readonly partial: string;
  /** The whole root of its stage is the layer. */
  readonly isWhole: boolean;
  /** The installed layer it stands on, if it is one. */
  readonly below: string | null;
  readonly hasFiles: boolean;
  readonly epochArg: string;
  readonly artifacts: readonly ArtifactView[];
  readonly drop: readonly string[];
  readonly links: Stack['links'];
  readonly reads: readonly Pick<LayerView, 'name' | 'epochArg'>[];
  readonly steps: readonly StepView[];
}

/** What `templates/partials/steps/*.hbs` may use. */
interface StepView {
  readonly partial: string;
  readonly tag: string;
  readonly stack: string;
  readonly certificates: Stack['certificates'] | null;
  readonly locale: string | null;
}

const IMAGE_EPOCH_ARG = 'IMAGE_EPOCH';

export function toImageView(locked: LockedImage, steps: readonly string[]): ImageView {
  const { entry, lock } = locked;
  const { config } = entry;
  const unpacked = entry.stacks.filter(({ isInstalled }) => !isInstalled);
  return {
    title: entry.title,
    layers: entry.stacks.map((stack) => toLayerView(stack, entry, steps)),
    unpacked,
    installed: entry.stacks.findLast(({ isInstalled }) => isInstalled)?.name ?? null,
    leftOut: leftOut(unpacked),
    aptSources: [
      { url: entry.archives.debian, suites: `${entry.suite} ${entry.suite}-updates` },
      { url: entry.archives.debianSecurity, suites: `${entry.suite}-security` },
    ],
    labels: labels(entry, lock.version),
    environment: toEnvironment(locked),
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

/** Seconds since 1970 for every generated file of a layer, as build arguments. */
export function epochArgs({ layers }: LockedPlatform): Readonly<Record<string, string>> {
  const args = layers.map(({ stack, epoch }) => [epochArg(stack), String(epoch)] as const);
  const newest = Math.max(0, ...layers.map(({ epoch }) => epoch));
  return Object.fromEntries([...args, [IMAGE_EPOCH_ARG, String(newest)]]);
}

function leftOut(stacks: readonly Stack[]): readonly string[] {
  const names = stacks.flatMap(({ exclude }) => exclude.map((exclusion) => exclusion.package));
  return [...new Set(names)].filter((name) => !name.startsWith('lib')).sort();
}

function epochArg(stack: string): string {
  return `${stack.toUpperCase().replaceAll('-', '_')}_EPOCH`;
}

function toLayerView(stack: Stack, entry: CatalogEntry, steps: readonly string[]): LayerView {
  const at = entry.stacks.indexOf(stack);
  const kind = at === 0 ? 'essential' : 'installed';
  return {
    name: stack.name,
    partial: `${stack.isInstalled ? kind : 'unpacked'}-layer`,
    isWhole: stack.isInstalled && at === 0,
    below: stack.isInstalled ? (entry.stacks[at - 1]?.name ?? null) : null,
    hasFiles: Object.keys(stack.files).length > 0,
    epochArg: epochArg(stack.name),
    artifacts: stack.artifacts.map(toArtifactView),
    drop: stack.drop,
    links: stack.links,
    reads: stack.reads.map((name) => ({ name, epochArg: epochArg(name) })),
    steps: stack.steps.map((step) => ({
      partial: knownStep(stack, step, steps),
      tag: entry.track,
      stack: stack.name,
      certificates: stack.certificates ?? null,
      locale: stack.locale ?? null,
    })),
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
