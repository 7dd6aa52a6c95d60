import { FactoryError } from '../model/index.ts';
import { name } from './patterns.ts';
import type { ImageFile } from './schema.ts';
import type { StackFile } from './stack-schema.ts';
import { didYouMean, oneOf } from './suggest.ts';
import { readWrittenCatalog } from './written-catalog.ts';
import type { WrittenCatalog, WrittenStack } from './written-catalog.ts';

export interface NewImageRequest {
  readonly name: string;
  /** Stack that it extends. */
  readonly parent: string;
  readonly packages: readonly string[];
  /** Absent: that of the parent's first track. */
  readonly suite?: string;
}

export interface CatalogFolders {
  readonly folder: string;
  /** Of the catalog that ingot came with. */
  readonly shipped: string;
}

/** What a new image is written of. */
export interface NewImage {
  /** JSON values and texts, by their path in the catalog. */
  readonly files: Readonly<Record<string, unknown>>;
  /** Folder with the parent's example, if it has one, which the new stack's begins with. */
  readonly exampleFolder?: string;
}

/** An image that extends a stack: same tracks, same example, and what is wanted besides. */
export async function describeNewImage(
  request: NewImageRequest,
  { folder, shipped }: CatalogFolders,
): Promise<NewImage> {
  assertName(request.name);
  const own = await readWrittenCatalog(folder, shipped);
  const ours = await readWrittenCatalog(shipped, shipped);
  const parent = findStack(request.parent, own);
  const model = [...own.images, ...ours.images].find(
    ({ value }) => value.stack === parent.id && value.variant !== 'dev',
  );
  if (model === undefined) {
    throw new FactoryError(
      'USAGE',
      `cannot extend the stack "${parent.id}": expected an image of it whose tracks are taken over, got none`,
      { hint: 'extend a stack that an image file names, or write the image file by hand' },
    );
  }
  const { upstream, tracks = [] } = model.value;
  const stack = {
    $schema: '../../schemas/stack.json',
    name: request.name,
    extends: parent.id,
    ...(request.packages.length === 0 ? {} : { packages: request.packages }),
    example: parent.value.example as StackFile['example'],
  };
  const image = {
    $schema: '../schemas/image.json',
    name: request.name,
    stack: request.name,
    ...(upstream === undefined ? {} : { upstream }),
    title: request.name,
    description: [`${parent.id} with`, request.packages.join(', ') || 'what we add'].join(' '),
    tracks: chooseTracks(tracks as ImageFile['tracks'], request, model.file),
  };
  return {
    files: {
      [`stacks/${request.name}/stack.json`]: stack,
      [`stacks/${request.name}/structure-test.yaml`]: structureTest(request),
      [`images/${request.name}.json`]: image,
    },
    ...(parent.hasExample ? { exampleFolder: `${parent.root}/${parent.folder}/example` } : {}),
  };
}

/** It becomes the name of files. */
function assertName(text: string): void {
  if (!name.safeParse(text).success) {
    throw new FactoryError(
      'USAGE',
      `cannot add the image: expected a name of lower-case letters, digits and single dashes, got "${text}"`,
      { hint: 'it names repository, stack and files, as in "python-libpq"' },
    );
  }
}

function findStack(id: string, { stacks }: WrittenCatalog): WrittenStack {
  const stack = stacks.find((one) => one.id === id);
  if (stack === undefined) {
    const known = stacks.map((one) => one.id);
    const help = didYouMean(id, known) || `, expected ${oneOf(known)}`;
    throw new FactoryError('USAGE', `cannot extend the stack "${id}": unknown stack${help}`, {
      hint: 'it is a folder below stacks/, of this catalog or of the one ingot came with',
    });
  }
  return stack;
}

function chooseTracks(
  tracks: ImageFile['tracks'],
  { suite = tracks[0]?.suite ?? '' }: NewImageRequest,
  file: string,
): readonly object[] {
  const chosen = tracks.filter((track) => track.suite === suite);
  if (chosen.length === 0) {
    const known = [...new Set(tracks.map((track) => track.suite))];
    throw new FactoryError(
      'USAGE',
      `cannot find tracks in ${file}: expected the suite ${oneOf(known)}, got "${suite}"`,
      { hint: "leave --suite out to take over the first track's, or write the image file by hand" },
    );
  }
  return chosen.map(withoutEmpty);
}

/** Defaults of the schema say nothing in a written file. */
function withoutEmpty(track: ImageFile['tracks'][number]): object {
  const told = Object.entries(track).filter(
    ([, value]) => typeof value === 'string' || Object.keys(value ?? {}).length > 0,
  );
  return Object.fromEntries(told);
}

/** What holds before anybody has written more: who it runs as, and that the packages are in it. */
function structureTest({ packages }: NewImageRequest): string {
  const lines = packages.flatMap((name) => [
    `  - name: package ${name}`,
    `    path: /var/lib/dpkg/status.d/${name}`,
  ]);
  return [
    'schemaVersion: 2.0.0',
    '',
    ...(lines.length === 0 ? [] : ['fileExistenceTests:', ...lines, '']),
    'metadataTest:',
    "  user: '65532:65532'",
    '',
  ].join('\n');
}
