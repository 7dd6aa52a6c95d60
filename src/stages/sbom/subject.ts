import type { Platform, Sha256 } from '../../model/index.ts';
import type { SbomComponent } from './describe.ts';
import type { SbomFile } from './image-files.ts';
import type { LicenceText } from './licences/index.ts';

/** One platform's image, as both documents describe it. */
export interface SbomSubject {
  /** `python`. */
  readonly repository: string;
  readonly title: string;
  /** Version of what the image is named after. */
  readonly version: string;
  readonly platform: Platform;
  readonly manifest: Sha256;
  readonly purl: string;
  /** Who publishes the image, and wrote the documents: the catalog's publisher. */
  readonly publisher: string;
  /** SOURCE_DATE_EPOCH: the documents of an image never change. */
  readonly created: Date;
  /** Sorted by `ref`. */
  readonly components: readonly SbomComponent[];
  /** `ref`s of what the image asks for itself. */
  readonly topLevel: readonly string[];
  /** That no component brought. */
  readonly ownFiles: readonly SbomFile[];
}

export const TOOL_NAME = 'ingot';

/** Of every `LicenseRef-…` of the image, once. */
export function licenceTexts({ components }: Pick<SbomSubject, 'components'>): readonly LicenceText[] {
  const texts = components.flatMap(({ licences }) => licences.texts);
  const byRef = new Map(texts.map((text) => [text.ref, text]));
  return [...byRef.values()].sort((a, b) => (a.ref < b.ref ? -1 : 1));
}
