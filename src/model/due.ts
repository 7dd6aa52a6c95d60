import type { ImageId } from './identity.ts';

/**
 * What made an image due: it was never released; a Debian package or another upstream's artifact moved; so did what the
 * catalog says of it (template, stack, tests), the tools it is made with, or the quarter its dates count from; something
 * of the release is missing in a registry or in a team's namespace; somebody asked for it.
 */
export type DueReason =
  | { readonly kind: 'first-release' | 'recipe' | 'tests' | 'toolbox' | 'builder' | 'quarter' }
  | { readonly kind: 'missing' | 'unknown-inputs' | 'forced' }
  | MovedVersion;

/** A package or an artifact that is another one on any platform. */
export interface MovedVersion {
  readonly kind: 'package' | 'artifact';
  readonly name: string;
  /** Versions, several where platforms differ; empty where it is new, or gone. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** It comes from Debian's security archive. */
  readonly isSecurity: boolean;
}

export interface Due {
  /** At least one. */
  readonly reasons: readonly DueReason[];
  /** `change`: other content is expected; `same`: it is built to see that it comes out as it was. */
  readonly expected: 'change' | 'same';
}

/** How often an image failed in a row, and since when it waits: advice, that may be lost. */
export interface FailedAttempts {
  readonly failures: number;
  /** Runs that left it out since the last failure. */
  readonly waited: number;
  /** Digest of what the catalog said of it: another one is tried at once. */
  readonly recipe: string;
  /** Of the last failure. */
  readonly code: string;
  readonly message: string;
}

/** An image that a run leaves out, as it failed too often. */
export interface Postponement extends Pick<FailedAttempts, 'failures' | 'code' | 'message'> {
  readonly id: ImageId;
  /** Runs until it is tried again, this one not counted. */
  readonly runs: number;
}
