import type { LimitFunction } from 'p-limit';
import type { ContentCache } from '../../host/content-cache.ts';
import type { FileStore } from '../../host/file-store.ts';
import type { HttpClient } from '../../host/http.ts';
import type { Mirrors } from '../../host/mirrors.ts';
import type { Archive, Emit } from '../../model/index.ts';
import type { ArtifactSources } from '../../sources/index.ts';
import { createDownloads, type Downloads } from './downloads.ts';
import { createPackageStore, type PackageStore } from './package-store.ts';
import type { RepositoryPlace } from './signed-archive.ts';

/** What resolving needs from the outside, made once per run in `cli/`. */
export interface ResolveHost {
  readonly http: HttpClient;
  readonly cache: ContentCache;
  /** What was accepted from each suite, beside the cache. */
  readonly state: FileStore;
  /** Upstream releases from elsewhere than Debian. */
  readonly sources: ArtifactSources;
  /** Pool of all requests. */
  readonly network: LimitFunction;
  readonly mirrors: Mirrors;
  /** Base URL of snapshot.debian.org, or of what speaks its paths. */
  readonly snapshot: string;
  /** Debian's archive keys, ASCII-armoured. */
  readonly keys: readonly string[];
  /** Further apt repositories, by the names locks have for them. */
  readonly repositories: ReadonlyMap<Archive, RepositoryPlace>;
  readonly runStartedAt: Date;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** The host and what the images of one run share. */
export interface ResolveDeps extends ResolveHost {
  readonly downloads: Downloads;
  readonly packages: PackageStore;
}

/** Call it once per run: two images that need the same package then fetch it once. */
export function createResolveDeps(host: ResolveHost): ResolveDeps {
  const downloads = createDownloads(host.emit);
  return { ...host, downloads, packages: createPackageStore({ ...host, downloads }) };
}
