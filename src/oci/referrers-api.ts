import type { Descriptor, DigestRef, Sha256 } from '../model/index.ts';
import { FactoryError } from '../model/index.ts';
import { isSha256, sha256Of } from './digest.ts';
import { MEDIA_TYPE } from './media-types.ts';
import type { StoredManifest } from './registry-client.ts';
import { expectStatus } from './registry-error.ts';
import { nextPage, repositoryRequest } from './registry-request.ts';
import type { RegistryTransport } from './registry-transport.ts';
import { parseIndex } from './schema.ts';
import type { WireResponse } from './wire.ts';

/** A manifest with a subject that is in the registry now. */
export interface PutReferrer {
  readonly digest: Sha256;
  /** The registry lists it under its subject by itself: distribution spec 1.1, "Pushing Manifests with Subject". */
  readonly isListed: boolean;
}

const MAX_PAGES = 1000;
/** What registries without the API answer: 404 as the spec has it, the others as they are met. */
const NO_API: ReadonlySet<number> = new Set([400, 404, 405, 406]);
/** Where deleting is switched off: distribution spec 1.1, "Deleting manifests". */
const NO_DELETE: ReadonlySet<number> = new Set([400, 405]);

/** Distribution spec 1.1, "Listing Referrers"; undefined where the registry has no such list. */
export async function getReferrers(
  { repository, digest }: DigestRef,
  transport: RegistryTransport,
): Promise<readonly Descriptor[] | undefined> {
  const doing = `list referrers of ${digest} in ${repository}`;
  const first = repositoryRequest(repository, {
    method: 'GET',
    path: `referrers/${digest}`,
    access: 'pull',
    doing,
  });
  const found: Descriptor[] = [];
  let location: string | undefined = first.location;
  for (let page = 0; location !== undefined && page < MAX_PAGES; page += 1) {
    const request = { ...first, location, headers: { accept: MEDIA_TYPE.index } };
    const response = await transport.retrying(() => transport.exchange(request));
    if (page === 0 && isWithoutApi(response)) {
      return undefined;
    }
    expectStatus(response, [200], doing);
    found.push(...parseIndex(response.body, `referrers of ${repository}@${digest}`).manifests);
    location = nextPage(response);
  }
  return found;
}

/** Some registries answer every path they do not know with a page of their own. */
function isWithoutApi({ status, headers }: WireResponse): boolean {
  const type = headers['content-type'] ?? '';
  return NO_API.has(status) || (status === 200 && !type.startsWith(MEDIA_TYPE.index));
}

export async function putReferrer(
  repository: string,
  { mediaType, bytes }: StoredManifest,
  transport: RegistryTransport,
): Promise<PutReferrer> {
  const digest = sha256Of(bytes);
  const doing = `write manifest ${digest} of ${repository}`;
  const request = {
    ...repositoryRequest(repository, {
      method: 'PUT',
      path: `manifests/${digest}`,
      access: 'pull,push',
      doing,
    }),
    headers: { 'content-type': mediaType },
    body: () => bytes,
  };
  const response = await transport.retrying(() => transport.exchange(request));
  expectStatus(response, [201], doing);
  return { digest, isListed: isSha256(response.headers['oci-subject'] ?? '') };
}

/** True when the manifest is gone; false where the registry deletes nothing, or not for us. */
export async function deleteManifest(
  { repository, digest }: DigestRef,
  transport: RegistryTransport,
): Promise<boolean> {
  const doing = `delete manifest ${digest} of ${repository}`;
  const request = repositoryRequest(repository, {
    method: 'DELETE',
    path: `manifests/${digest}`,
    access: 'delete',
    doing,
  });
  let response: WireResponse;
  try {
    response = await transport.retrying(() => transport.exchange(request));
  } catch (error) {
    if (error instanceof FactoryError && error.code === 'REGISTRY_DENIED') {
      return false;
    }
    throw error;
  }
  if (NO_DELETE.has(response.status)) {
    return false;
  }
  expectStatus(response, [200, 202, 404], doing);
  return true;
}
