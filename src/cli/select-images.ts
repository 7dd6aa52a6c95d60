import type { BrokenImage, Catalog } from '../model/index.ts';
import { catalogError, FactoryError } from '../model/index.ts';
import type { Track } from './factory.ts';

/** Images of a catalog: those that can be made, and those whose files are wrong. */
export type Selection = Pick<Catalog, 'entries' | 'broken'>;

/**
 * The images called by `names`: an image id (`python-3.13`) or a repository (`python`, all its tracks).
 * Without names, all of them. The order is the catalog's.
 */
export function selectImages({ entries, broken }: Selection, names: readonly string[]): Selection {
  const all = [...entries, ...broken];
  const unknown = names.filter((name) => !all.some((image) => isCalled(image, name)));
  if (unknown.length > 0) {
    const known = all.map(({ id }) => id).join(', ');
    const got = unknown.map((name) => `"${name}"`).join(', ');
    throw new FactoryError('USAGE', `cannot find the image: expected one of ${known}, got ${got}`);
  }
  function isSelected(image: NamedImage): boolean {
    return names.length === 0 || names.some((name) => isCalled(image, name));
  }
  return { entries: entries.filter(isSelected), broken: broken.filter(isSelected) };
}

/** Nothing is begun for images of which none can be made. */
export function assertAnySound({ entries, broken }: Selection): void {
  if (entries.length === 0 && broken.length > 0) {
    throw catalogErrorOf(broken);
  }
}

/** For a command that does nothing with some images only. */
export function assertAllSound({ broken }: Pick<Selection, 'broken'>): void {
  if (broken.length > 0) {
    throw catalogErrorOf(broken);
  }
}

function catalogErrorOf(broken: readonly BrokenImage[]): FactoryError {
  const problems = new Set(broken.flatMap((image) => image.problems));
  return catalogError('the catalog', [...problems]);
}

type NamedImage = Pick<BrokenImage, 'id' | 'repository' | 'track'>;

/** What a file that cannot be read has, nobody knows: any track may be meant. */
function isCalled({ id, repository, track }: NamedImage, name: string): boolean {
  return id === name || repository === name || (track === undefined && name.startsWith(`${repository}-`));
}

/** What may be published of a catalog, whether or not it can be made today. */
export function releasedTracks({ entries, broken }: Selection): readonly Track[] {
  return [...entries, ...broken.flatMap(withTrack)];
}

function withTrack({ id, repository, track }: BrokenImage): readonly Track[] {
  return track === undefined ? [] : [{ id, repository, track }];
}
