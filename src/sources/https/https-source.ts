import type { HttpClient } from '../../host/http.ts';
import {
  FactoryError,
  onceEach,
  type HttpsArtifactRequest,
  type LockedHttpsArtifact,
  type Platform,
} from '../../model/index.ts';
import { integrityOfHex } from '../integrity.ts';
import type { ArtifactSource } from '../source.ts';
import { createWeb, textOf, type Web } from '../web.ts';
import { readChecksum } from './checksum.ts';
import { toRelease, type Release } from './release.ts';
import { signerOfRelease, type SignatureDeps } from './signature.ts';
import { expand } from './url-template.ts';
import { oneText, parseJson, parseVersionList, type ListedRelease } from './version-list.ts';

export type HttpsSource = ArtifactSource<HttpsArtifactRequest, LockedHttpsArtifact>;

export interface HttpsSourceDeps extends Omit<SignatureDeps, 'web'> {
  readonly http: HttpClient;
  readonly signal: AbortSignal;
}

export function createHttpsSource(deps: HttpsSourceDeps): HttpsSource {
  const web = createWeb(deps.http, deps.signal);
  // tracks and platforms share most lists and checksum files
  const shared: Web = { ...web, read: onceEach((url: string) => web.read(url)) };
  const all = { ...deps, web: shared };
  return {
    open: (request) => ({
      label: (platform) => `${request.name} ${request.architectures[platform]}`,
      versions: async (platform) =>
        (await listReleases(request, platform, shared)).map(({ version }) => version),
      lock: async (platform, version) => {
        const listed = (await listReleases(request, platform, shared)).find(
          (each) => each.version === version,
        );
        const artifact = await lockRelease(toRelease(request, platform, { version, ...listed?.variables }), {
          ...all,
          listed,
        });
        return { artifact, notices: [] };
      },
    }),
    fetch: ({ url }, store) => web.store(url, store),
  };
}

async function listReleases(
  request: HttpsArtifactRequest,
  platform: Platform,
  web: Web,
): Promise<readonly ListedRelease[]> {
  const arch = request.architectures[platform];
  const { versions } = request;
  if (versions.kind === 'fixed') {
    return parseVersionList(versions, '');
  }
  const pattern = versions.pattern?.replaceAll('{arch}', escapePattern(arch));
  const list = {
    ...versions,
    url: expand(versions.url, { arch }),
    ...(pattern === undefined ? {} : { pattern }),
  };
  return parseVersionList(list, textOf(await web.read(list.url)));
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

interface LockDeps extends SignatureDeps {
  readonly listed: ListedRelease | undefined;
}

async function lockRelease(release: Release, deps: LockDeps): Promise<LockedHttpsArtifact> {
  const { request, variables, what, url } = release;
  const { hex, signedBy: checksumsSignedBy } = await readChecksum(release, deps);
  const integrity = integrityOfHex(hex, what);
  const signedBy = checksumsSignedBy ?? (await signerOfRelease(release, integrity, deps));
  return {
    kind: 'https',
    name: request.name,
    version: variables['version'] ?? '',
    integrity,
    published: await publishedAt(release, deps),
    url,
    ...(signedBy === undefined ? {} : { signedBy }),
  };
}

async function publishedAt({ request, variables, what }: Release, deps: LockDeps): Promise<string> {
  const { published: place } = request;
  const url = place === undefined ? '' : expand(place.url, variables);
  const written =
    deps.listed?.published ??
    (place === undefined ? '' : oneText(parseJson(textOf(await deps.web.read(url)), url), place.pointer));
  const date = new Date(written);
  if (written === '' || Number.isNaN(date.getTime())) {
    throw new FactoryError(
      'ARTIFACT_NOT_FOUND',
      `cannot lock ${what}: expected the date of its publication, got "${written.slice(0, 80)}"`,
      { hint: 'correct "published" of the artifact, or of its "versions", in stack.json' },
    );
  }
  return date.toISOString();
}
