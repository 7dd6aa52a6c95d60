import type { ArtifactRequest, LockedArtifact } from '../model/index.ts';
import type { GoSource } from './go/index.ts';
import type { HttpsSource } from './https/index.ts';
import type { NodejsSource } from './nodejs/index.ts';
import type { NpmArtifacts } from './npm/index.ts';
import type { RequestedArtifact, Store } from './source.ts';

/** One for each kind of request. */
export interface ArtifactSources {
  readonly npm: NpmArtifacts;
  readonly go: GoSource;
  readonly nodejs: NodejsSource;
  readonly https: HttpsSource;
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
      return sources.nodejs.open(request);
    case 'https':
      return sources.https.open(request);
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
      return sources.nodejs.fetch(locked, store);
    case 'https':
      return sources.https.fetch(locked, store);
  }
}
