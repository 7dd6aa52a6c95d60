import type { CatalogEntry, ImageId, Tag, Variant, VersionSource } from '../model/index.ts';
import { InternalError } from '../model/index.ts';
import { chainOf } from './chain.ts';
import { PUBLIC_ARCHIVES } from './defaults.ts';
import { publishedDates } from './end-of-life.ts';
import { exampleOf } from './example.ts';
import { devStacks, type FilledStack, nearest, toConfig, toStacks, withDev } from './layers.ts';
import { withRepositories } from './repositories.ts';
import { type CatalogFile, ImageFile } from './schema.ts';
import { withSettings } from './settings.ts';
import { StackFile } from './stack-schema.ts';
import { filled } from './template.ts';
import type { WrittenCatalog, WrittenStack } from './written-catalog.ts';
import type { WrittenFile } from './written-file.ts';

/** The stacks below a dev image's own, from the lowest: Debian itself, really installed. */
export const SYSTEM_STACKS = ['essential', 'system'] as const;

/** What tells the images of one file apart. */
interface NamedVariant {
  readonly repository: string;
  readonly variant: Variant;
  readonly title: string;
  readonly description: string;
}

/** Every track of every image, of a catalog that no rule found fault with. */
export function toEntries(written: WrittenCatalog, catalog: CatalogFile): CatalogEntry[] {
  return written.images.flatMap((image) => entriesOf(image, written, catalog));
}

function entriesOf(
  written: WrittenFile<ImageFile>,
  { stacks }: WrittenCatalog,
  { publisher: { vendor, source }, archives, repositories }: CatalogFile,
): CatalogEntry[] {
  const image = ImageFile.parse(written.value);
  const publisher = { 'org.opencontainers.image.vendor': vendor, 'org.opencontainers.image.source': source };
  const chain = chainOf(image.stack, stacks).chain.map(parseStack);
  const system = SYSTEM_STACKS.flatMap((id) => stacks.filter((stack) => stack.id === id)).map(parseStack);
  return variantsOf(image).flatMap((named) =>
    image.tracks.map((track, index) => {
      const ownChain = withRepositories(filled(chain, { tag: track.tag }), repositories, track.suite);
      const filledChain = withSettings(ownChain);
      return {
        id: `${named.repository}-${track.tag}` as ImageId,
        file: written.file,
        field: `tracks[${index}]`,
        ...named,
        track: track.tag as Tag,
        platforms: track.platforms,
        suite: track.suite,
        stacks:
          named.variant === 'dev' ? devStacks(filledChain, system, track) : toStacks(filledChain, track),
        config: toConfig(named.variant === 'dev' ? withDev(filledChain, system) : filledChain, track),
        version: versionOf(filledChain),
        archives: {
          debian: archives.debian ?? PUBLIC_ARCHIVES.debian,
          debianSecurity: archives['debian-security'] ?? PUBLIC_ARCHIVES.debianSecurity,
        },
        example: exampleOf(filledChain, {
          variant: named.variant,
          tag: track.tag,
          hasDev: image.dev !== undefined,
        }),
        dates: datesOf(image, track),
        annotations: { ...publisher, ...image.annotations },
      };
    }),
  );
}

function parseStack(stack: WrittenStack): FilledStack {
  const { folder, root, files, isShipped } = stack;
  const certificateTexts = Object.values(stack.certificates).flatMap((read) =>
    'found' in read ? [read.found] : [],
  );
  // what ingot ships is built on images of its own catalog, which are tested with it
  const exampleDockerfile = isShipped ? undefined : stack.exampleDockerfile;
  return { ...StackFile.parse(stack.value), folder, root, files, certificateTexts, exampleDockerfile };
}

function variantsOf({ name, variant, title, description, dev }: ImageFile): readonly NamedVariant[] {
  const own = { repository: name, variant, title, description };
  return dev === undefined ? [own] : [own, { repository: `${name}-dev`, variant: 'dev', ...dev }];
}

function datesOf({ upstream = '' }: ImageFile, track: ImageFile['tracks'][number]): CatalogEntry['dates'] {
  const dates =
    track.dates === undefined
      ? publishedDates(upstream, track)
      : { release: track.dates.release, endOfLife: track.dates['end-of-life'] };
  if (dates === undefined) {
    throw new InternalError('a track without dates passed the rules');
  }
  return dates;
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
