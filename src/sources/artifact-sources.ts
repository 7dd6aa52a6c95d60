import { InternalError, type ArtifactRequest, type LockedArtifact } from '../model/index.ts';
import type { GoSource } from './go/index.ts';
import type { NpmArtifacts } from './npm/index.ts';
import type { RequestedArtifact, Store } from './source.ts';

/** One for each kind of request. */
export interface ArtifactSources {
  readonly npm: NpmArtifacts;
  readonly go: GoSource;
}

/** What the request's own source says about it. */
export function openRequest(
  request: ArtifactRequest,
  sources: ArtifactSources,
): RequestedArtifact<LockedArtifact> {
  switch (request.kind) {
    case 'npm':
      return sources.npm.open(request);
    case 'go':
      return sources.go.open(request);
    case 'nodejs':
    case 'https':
      throw new InternalError(`no source of kind "${request.kind}" yet`);
  }
}

/** Fetches a locked file from where it was locked; `store` must check its integrity. */
export function fetchLocked(locked: LockedArtifact, store: Store, sources: ArtifactSources): Promise<string> {
  switch (locked.kind) {
    case 'npm':
      return sources.npm.fetch(locked, store);
    case 'go':
      return sources.go.fetch(locked, store);
    case 'nodejs':
    case 'https':
      throw new InternalError(`no source of kind "${locked.kind}" yet`);
  }
}
