import type { HttpsArtifactRequest, Platform } from '../../model/index.ts';
import { expand, type Variables } from './url-template.ts';

/** One release on one platform, with everything its templates may name. */
export interface Release {
  readonly request: HttpsArtifactRequest;
  readonly variables: Variables;
  /** For messages: `temurin 21.0.5+11`. */
  readonly what: string;
  /** Of its file. */
  readonly url: string;
}

/** `named` has the version, and what else the pattern of its list found. */
export function toRelease(request: HttpsArtifactRequest, platform: Platform, named: Variables): Release {
  const variables = { ...named, arch: request.architectures[platform] };
  const what = `${request.name} ${named['version'] ?? ''}`;
  return { request, variables, what, url: expand(request.url, variables) };
}
