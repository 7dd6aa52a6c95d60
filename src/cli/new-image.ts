import { access, cp, rm } from 'node:fs/promises';
import path from 'node:path';
import { describeNewImage, type NewImageRequest } from '../catalog/index.ts';
import { writeNew } from '../files/index.ts';
import { FactoryError, type CatalogEntry, type Lock } from '../model/index.ts';
import { lockFileName } from '../stages/resolve/index.ts';
import type { CommandContext } from './context.ts';
import { errorsOf } from './errors-of.ts';
import { readReviewedLock } from './lock-files.ts';
import { OWN_FOLDER } from './own-folder.ts';
import { assertAllSound, selectImages } from './select-images.ts';

/** An image that was added to a catalog, and what its tracks are locked to. */
export interface AddedImage {
  /** Paths in the catalog. */
  readonly files: readonly string[];
  readonly tracks: readonly { readonly entry: CatalogEntry; readonly lock: Lock }[];
}

/** Writes an image that extends a stack, and locks it. What cannot be locked leaves nothing behind. */
export async function addImage(request: NewImageRequest, context: CommandContext): Promise<AddedImage> {
  const { folder } = await context.openCatalog();
  if (folder === OWN_FOLDER && path.resolve(context.cwd) !== OWN_FOLDER) {
    throw new FactoryError('USAGE', 'cannot add an image: expected a catalog in this folder, got none', {
      hint: 'start one with `ingot init DIR`, or name one with --catalog',
    });
  }
  const image = await describeNewImage(request, { folder, shipped: OWN_FOLDER });
  const stackFolder = `stacks/${request.name}`;
  const imageFile = `images/${request.name}.json`;
  await refuseExisting(folder, [stackFolder, imageFile]);
  try {
    await writeFiles(folder, image.files);
    if (image.exampleFolder !== undefined) {
      await copyExample(image.exampleFolder, path.join(folder, stackFolder, 'example'));
    }
    return { files: [imageFile, `${stackFolder}/`], tracks: await lockTracks(request, context) };
  } catch (error) {
    await removeAll(folder, [stackFolder, imageFile]);
    throw error;
  }
}

async function removeAll(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await rm(path.join(folder, name), { recursive: true, force: true });
  }
}

async function refuseExisting(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const isThere = await access(path.join(folder, name)).then(
      () => true,
      () => false,
    );
    if (isThere) {
      throw new FactoryError('USAGE', `cannot add the image: expected no ${name}, got one already`, {
        hint: 'choose another name, or change what is there',
      });
    }
  }
}

async function writeFiles(folder: string, files: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
    await writeNew(file, text);
  }
}

/** Its Dockerfile stays behind: it names the parent's images. */
async function copyExample(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, filter: (file) => path.basename(file) !== 'Dockerfile' });
}

async function lockTracks({ name }: NewImageRequest, context: CommandContext): Promise<AddedImage['tracks']> {
  const catalog = await context.openCatalog();
  const { entries, broken } = selectImages(catalog, [name]);
  assertAllSound({ broken });
  try {
    const relocked = await context.openers.relockImages({ ...context, catalog, entries });
    const [failure] = errorsOf(relocked);
    if (failure !== undefined) {
      throw failure;
    }
    const tracks: { entry: CatalogEntry; lock: Lock }[] = [];
    for (const entry of entries) {
      tracks.push({ entry, lock: await readReviewedLock(catalog.folder, entry) });
    }
    return tracks;
  } catch (error) {
    // those of the tracks that could be locked
    await removeAll(
      catalog.folder,
      entries.map(({ id }) => lockFileName(id)),
    );
    throw error;
  }
}
