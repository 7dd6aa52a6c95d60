import type { FactoryError } from './error.ts';
import type { ImageId, Platform } from './identity.ts';

/** An input that is in a new lock and was not, or not so, in the old one. */
export interface LockChange {
  readonly kind: 'package' | 'artifact';
  readonly name: string;
  /** Versions; absent where it is new, or gone. */
  readonly before?: string;
  readonly after?: string;
  readonly platforms: readonly Platform[];
  /** Whether its upstream vouches for it, where that is not as it was. */
  readonly witness?: 'gained' | 'lost';
  /** CVE ids that the changelog names between the two versions. */
  readonly cves: readonly string[];
}

interface Locked {
  readonly id: ImageId;
  readonly file: string;
  /** What a person should know about the inputs and what stopped nothing. */
  readonly notices: readonly string[];
}

/** What locking an image anew came to. */
export type Relocked =
  | ({ readonly kind: 'unchanged' } & Locked)
  | ({
      readonly kind: 'new';
      readonly version: string;
      /** Inputs on all platforms together, each once. */
      readonly inputs: number;
    } & Locked)
  | ({
      readonly kind: 'changed';
      readonly version: string;
      /** Of the image. */
      readonly platforms: readonly Platform[];
      /** Empty where the catalog entry or a date moved, but no input. */
      readonly changes: readonly LockChange[];
    } & Locked)
  | { readonly kind: 'failed'; readonly id: ImageId; readonly error: FactoryError };
