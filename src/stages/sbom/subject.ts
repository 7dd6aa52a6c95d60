import type { Platform, Sha256 } from '../../model/index.ts';
import type { ComponentGraph } from './components.ts';

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
  /** SOURCE_DATE_EPOCH: the documents of an image never change. */
  readonly created: Date;
  readonly graph: ComponentGraph;
}

export const TOOL_NAME = 'ingot';
