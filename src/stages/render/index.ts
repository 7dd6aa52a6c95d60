import { createHash } from 'node:crypto';
import type {
  BuildInputs,
  Compression,
  LockedImage,
  LockedPlatform,
  Platform,
  RenderedImage,
  Sha256,
  Stack,
} from '../../model/index.ts';
import { toBuildId } from './build-id.ts';
import { fillTemplate, partialNames, type TemplateSources } from './templates.ts';
import { epochArgs, labels, toImageView } from './view.ts';

export { movedInputs, toBuildId } from './build-id.ts';
export { type TemplateSources } from './templates.ts';

export interface RenderInput {
  readonly locked: LockedImage;
  readonly templates: TemplateSources;
  /** What is built of the lock: an index lists exactly these. */
  readonly platforms: readonly Platform[];
  /** Of the layers, as the target wants them. */
  readonly compression: Compression;
  /** Files the image is tested with, by path below the catalog: digest. */
  readonly tests: Readonly<Record<string, Sha256>>;
  /** Digests over the locked packages of toolbox and builder. */
  readonly toolbox: Sha256;
  readonly builder: Sha256;
}

/** Lock and templates → Dockerfile and build id. Pure: the same input gives the same text. */
export function render(input: RenderInput): RenderedImage {
  const { locked, templates } = input;
  const view = toImageView(locked, partialNames(templates, 'steps'));
  const dockerfile = fillTemplate(templates, 'image.Dockerfile', view);
  const inputs = toBuildInputs(input, dockerfile);
  const buildArgs = Object.fromEntries(locked.lock.platforms.map((each) => [each.platform, epochArgs(each)]));
  return { locked, dockerfile, buildArgs, inputs, buildId: toBuildId(inputs) };
}

/** The toolbox's own Dockerfile; `packages` are what root.tar in its build context is made of. */
export function renderToolbox(templates: TemplateSources, packages: readonly string[]): string {
  return fillTemplate(templates, 'toolbox.Dockerfile', { packages });
}

function toBuildInputs(
  { locked, platforms, compression, tests, toolbox, builder }: RenderInput,
  dockerfile: string,
): BuildInputs {
  const { entry, lock } = locked;
  return {
    schemaVersion: 1,
    dockerfile: `sha256:${createHash('sha256').update(dockerfile).digest('hex')}` as Sha256,
    tests,
    files: Object.fromEntries(entry.stacks.flatMap(fileInputs)),
    packages: Object.fromEntries(lock.platforms.flatMap(packageInputs)),
    platforms: lock.platforms.flatMap(({ platform }) => (platforms.includes(platform) ? [platform] : [])),
    compression,
    sourceDateEpoch: lock.epoch,
    toolbox,
    builder,
    annotations: labels(entry, lock.version),
  };
}

function fileInputs({ name, files }: Stack): readonly (readonly [string, Sha256])[] {
  return Object.entries(files).map(([path, digest]) => [`${name} ${path}`, digest] as const);
}

function packageInputs({ platform, layers }: LockedPlatform): readonly (readonly [string, string])[] {
  return layers.flatMap((layer) => [
    ...layer.packages.map(
      (each) => [`${platform} ${layer.stack} ${each.name} ${each.version}`, each.sha256] as const,
    ),
    ...layer.artifacts.map(
      (each) => [`${platform} ${layer.stack} ${each.name} ${each.version}`, each.integrity] as const,
    ),
  ]);
}
