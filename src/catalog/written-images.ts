import path from 'node:path';
import type { Variant } from '../model/index.ts';
import type { Partly } from './partly.ts';
import type { ImageFile } from './schema.ts';
import type { WrittenFile } from './written-file.ts';

/** One image, as far as its file can be read: a track of one variant. */
export interface WrittenImage {
  readonly written: WrittenFile<ImageFile>;
  /** Place of the track in its file. */
  readonly index: number;
  readonly track: Partly<ImageFile['tracks'][number]>;
  readonly repository: string;
  readonly variant: Variant;
}

/** Every image of these files whose track is there; a file whose name cannot be read is called as it is itself. */
export function imagesOf(files: readonly WrittenFile<ImageFile>[]): readonly WrittenImage[] {
  return files.flatMap((written) =>
    variantsOf(written).flatMap((named) =>
      (written.value.tracks ?? []).flatMap((track, index) =>
        track === undefined ? [] : [{ written, index, track, ...named }],
      ),
    ),
  );
}

/** Repositories of one file. */
export function variantsOf(
  written: WrittenFile<ImageFile>,
): readonly Pick<WrittenImage, 'repository' | 'variant'>[] {
  const { variant = 'runtime', dev } = written.value;
  const repository = nameOf(written);
  return [
    { repository, variant },
    ...(dev === undefined ? [] : [{ repository: `${repository}-dev`, variant: 'dev' as const }]),
  ];
}

/** An image file has the name of its image, by custom. */
export function nameOf({ file, value }: WrittenFile<ImageFile>): string {
  return value.name ?? path.basename(file, '.json');
}

/** Undefined where the tag cannot be read. */
export function idOf({ repository, track }: WrittenImage): string | undefined {
  return track.tag === undefined ? undefined : `${repository}-${track.tag}`;
}

/** Some of its images are not among `imagesOf`, or are called otherwise there. */
export function isIncomplete({ value: { name, tracks }, problems }: WrittenFile<ImageFile>): boolean {
  const hasUnreadTrack = tracks === undefined || tracks.some((track) => track?.tag === undefined);
  return name === undefined || hasUnreadTrack || problems.some(({ field }) => field === 'dev');
}
