import type {
  CatalogEntry,
  ImageConfig,
  ImageId,
  Stack,
  StackExample,
  Tag,
  VersionSource,
} from '../model/index.ts';
import { InternalError } from '../model/index.ts';
import { chainOf } from './chain.ts';
import { CONFIG_DEFAULTS, NONROOT, ROOT } from './defaults.ts';
import { type CatalogFile, ImageFile } from './schema.ts';
import { StackFile } from './stack-schema.ts';
import { filled } from './template.ts';
import type { WrittenCatalog } from './written-catalog.ts';
import type { WrittenFile } from './written-file.ts';

interface FilledStack extends StackFile {
  readonly folder: string;
}

type Track = ImageFile['tracks'][number];

/** Every track of every image, of a catalog that no rule found fault with. */
export function toEntries(written: WrittenCatalog, publisher: Publisher): CatalogEntry[] {
  return written.images.flatMap((image) => entriesOf(image, written, publisher));
}

type Publisher = CatalogFile['publisher'];

function entriesOf(
  written: WrittenFile<ImageFile>,
  { stacks }: WrittenCatalog,
  { vendor, source }: Publisher,
): CatalogEntry[] {
  const image = ImageFile.parse(written.value);
  const publisher = { 'org.opencontainers.image.vendor': vendor, 'org.opencontainers.image.source': source };
  const chain = chainOf(image.stack, stacks).chain.map((stack) => ({
    ...StackFile.parse(stack.value),
    folder: stack.folder,
  }));
  return image.tracks.map((track, index) => {
    const filledChain = filled(chain, { tag: track.tag });
    return {
      id: `${image.name}-${track.tag}` as ImageId,
      file: written.file,
      field: `tracks[${index}]`,
      repository: image.name,
      track: track.tag as Tag,
      variant: image.variant,
      title: image.title,
      description: image.description,
      platforms: track.platforms,
      suite: track.suite,
      stacks: toStacks(filledChain, track),
      version: versionOf(filledChain),
      config: toConfig(filledChain, track),
      example: exampleOf(filledChain),
      dates: { release: track.dates.release, endOfLife: track.dates['end-of-life'] },
      annotations: { ...publisher, ...image.annotations },
    };
  });
}

/** Packages of the track go into the top layer: the lower ones stay the same for all images. */
function toStacks(chain: readonly FilledStack[], track: Track): Stack[] {
  return chain.map((stack) => ({
    name: stack.name,
    folder: stack.folder,
    packages: stack === chain.at(-1) ? [...new Set([...stack.packages, ...track.packages])] : stack.packages,
    exclude: stack.exclude,
    artifacts: stack.artifacts,
    drop: stack.drop,
    links: Object.entries(stack.links).map(([path, target]) => ({ path, target })),
    steps: stack.steps,
  }));
}

/** Environments are merged; of everything else the nearest stack that says something decides. */
function toConfig(chain: readonly FilledStack[], track: Track): ImageConfig {
  const environments = chain.map((stack) => stack.environment);
  return {
    environment: Object.assign({}, CONFIG_DEFAULTS.environment, ...environments, track.environment) as Record<
      string,
      string
    >,
    entrypoint: nearest(chain, (stack) => stack.entrypoint) ?? CONFIG_DEFAULTS.entrypoint,
    command: nearest(chain, (stack) => stack.command) ?? CONFIG_DEFAULTS.command,
    workdir: nearest(chain, (stack) => stack.workdir) ?? CONFIG_DEFAULTS.workdir,
    user: nearest(chain, (stack) => stack.user) ?? CONFIG_DEFAULTS.user,
    accounts: [ROOT, NONROOT, ...(nearest(chain, (stack) => stack.accounts) ?? [])],
    stopSignal: nearest(chain, (stack) => stack['stop-signal']) ?? CONFIG_DEFAULTS.stopSignal,
  };
}

function nearest<T>(
  chain: readonly FilledStack[],
  valueOf: (stack: FilledStack) => T | undefined,
): T | undefined {
  return chain.map(valueOf).findLast((value) => value !== undefined);
}

function versionOf(chain: readonly FilledStack[]): VersionSource {
  const version = nearest(chain, (stack) => stack.version);
  if (version === undefined) {
    throw new InternalError('a stack without a version passed the rules');
  }
  return 'package' in version
    ? { kind: 'package', name: version.package }
    : { kind: 'artifact', name: version.artifact };
}

/** Not inherited: the programs of an example lie in the folder of the stack that names them. */
function exampleOf(chain: readonly FilledStack[]): StackExample {
  const example = chain.at(-1)?.example;
  if (example === undefined) {
    throw new InternalError('a stack without an example passed the rules');
  }
  const { port, body } = example.server;
  return {
    packages: example.packages,
    hello: example.hello,
    server: {
      command: example.server.command,
      ...(port === undefined ? {} : { port }),
      ...(body === undefined ? {} : { body }),
    },
  };
}
