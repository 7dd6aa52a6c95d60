import type { CatalogEntry, ImageId, Tag, VersionSource } from '../model/index.ts';
import { InternalError } from '../model/index.ts';
import { chainOf, systemStacks } from './chain.ts';
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
import type { WrittenImage } from './written-images.ts';

/** The images of a catalog that can be made: no rule found fault with them, nor with their stacks. */
export function toEntries(
  images: readonly WrittenImage[],
  { stacks }: WrittenCatalog,
  catalog: CatalogFile,
): readonly CatalogEntry[] {
  const parsed = new Map<WrittenStack, FilledStack>();
  function parse(stack: WrittenStack): FilledStack {
    const known = parsed.get(stack) ?? parseStack(stack);
    parsed.set(stack, known);
    return known;
  }
  return images.map((image) => toEntry(image, { stacks, parse }, catalog));
}

interface Stacks {
  readonly stacks: readonly WrittenStack[];
  /** Each is parsed once, and only if an image that can be made stands on it. */
  readonly parse: (stack: WrittenStack) => FilledStack;
}

function toEntry(
  { written, index, track: writtenTrack, repository, variant }: WrittenImage,
  { stacks, parse }: Stacks,
  { publisher: { vendor, source }, archives, repositories }: CatalogFile,
): CatalogEntry {
  // other tracks may be wrong
  const image = ImageFile.parse({ ...written.value, tracks: [writtenTrack] });
  const [track] = image.tracks;
  if (track === undefined) {
    throw new InternalError('an image without a track passed the rules');
  }
  const publisher = { 'org.opencontainers.image.vendor': vendor, 'org.opencontainers.image.source': source };
  const chain = chainOf(image.stack, stacks).chain.map(parse);
  const ownChain = withRepositories(filled(chain, { tag: track.tag }), repositories, track.suite);
  const filledChain = withSettings(ownChain);
  const system = variant === 'dev' ? systemStacks(stacks).map(parse) : [];
  const { title, description } = (repository === image.name ? undefined : image.dev) ?? image;
  return {
    id: `${repository}-${track.tag}` as ImageId,
    file: written.file,
    field: `tracks[${index}]`,
    repository,
    variant,
    title,
    description,
    track: track.tag as Tag,
    platforms: track.platforms,
    suite: track.suite,
    stacks: variant === 'dev' ? devStacks(filledChain, system, track) : toStacks(filledChain, track),
    config: toConfig(variant === 'dev' ? withDev(filledChain, system) : filledChain, track),
    version: versionOf(filledChain),
    archives: {
      debian: archives.debian ?? PUBLIC_ARCHIVES.debian,
      debianSecurity: archives['debian-security'] ?? PUBLIC_ARCHIVES.debianSecurity,
    },
    example: exampleOf(filledChain, { variant, tag: track.tag, hasDev: image.dev !== undefined }),
    dates: datesOf(image, track),
    annotations: { ...publisher, ...image.annotations },
  };
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
