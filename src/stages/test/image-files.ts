import { packagesOn } from '../../model/index.ts';
import type {
  BuiltImage,
  BuiltPlatform,
  CatalogEntry,
  CheckResult,
  PlatformContent,
} from '../../model/index.ts';
import type { ImageContent } from '../../oci/index.ts';
import { surfaceOf } from './surface.ts';
import { applyRule, installedPackages, ROOT_RULES } from './rules/index.ts';

/** One platform's image with the files its layers hold. */
export interface ImageFiles {
  readonly built: BuiltImage;
  readonly platform: BuiltPlatform;
  readonly content: ImageContent;
}

/** Every rule for the image's variant, on its root filesystem and configuration. */
export function checkRootFilesystem({ built, platform, content }: ImageFiles): readonly CheckResult[] {
  const { entry, lock } = built.rendered.locked;
  const locked = lock.platforms.filter((candidate) => candidate.platform === platform.platform);
  const layers = locked.flatMap((each) =>
    each.layers.map((layer) => ({ ...layer, file: stackFile(layer.stack, entry) })),
  );
  const subject = {
    platform: platform.platform,
    root: content.root,
    config: content.config,
    packages: locked.flatMap(packagesOn),
    stackFiles: new Map(layers.flatMap(({ packages, file }) => packages.map(({ name }) => [name, file]))),
    excluded: layers.flatMap(({ excluded, file }) => excluded.map((each) => ({ ...each, file }))),
    stacks: entry.stacks,
    replaced: content.replaced,
    accounts: entry.config.accounts,
    user: entry.config.user,
    epoch: lock.epoch,
  };
  return ROOT_RULES.filter(({ variants }) => variants.includes(entry.variant)).map((rule) =>
    applyRule(rule, subject),
  );
}

function stackFile(stack: string, { stacks }: CatalogEntry): string {
  return `${stacks.find(({ name }) => name === stack)?.folder ?? stack}/stack.json`;
}

/** What the report says the image holds, and what listened in it while its example's server ran. */
export function toPlatformContent(
  { platform, content }: Pick<ImageFiles, 'platform' | 'content'>,
  sockets?: string,
): PlatformContent {
  const { root, layers } = content;
  return {
    platform: platform.platform,
    packages: installedPackages(root).map(({ name, version }) => ({ name, version })),
    sizes: { compressed: root.compressedBytes, unpacked: root.unpackedBytes },
    layers,
    surface: surfaceOf(content, sockets),
  };
}
