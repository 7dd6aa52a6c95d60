import { parseReference, parseRepository } from '../oci/index.ts';
import { createTrustedIdentity, type Trust, type TrustedIdentity } from '../verify/index.ts';
import { openCosign } from './find-cosign.ts';
import { isId } from './image-name.ts';
import { openCredentials } from './open-credentials.ts';
import { openTrustedKeys, type TrustRequest } from './open-trusted-keys.ts';
import { EMPTY_TRUSTED_ROOT } from './own-folder.ts';
import { rootVariables } from './root-variables.ts';

export interface ImageTrustRequest extends TrustRequest {
  /** References, or ids of the target's catalog. */
  readonly names: readonly string[];
}

/** Whose signatures count for `verify`: the keys, and who else has to have signed the image itself. */
export async function openTrust(request: ImageTrustRequest, closing: AsyncDisposableStack): Promise<Trust> {
  const { keys, verify } = await openTrustedKeys(request);
  const identity = await openIdentity(request, closing);
  return { keys, verify, ...(identity && { identity }), trustedRootFile: EMPTY_TRUSTED_ROOT };
}

/** A key that is named stands for itself; without one, what the target promises is asked for. */
async function openIdentity(
  request: ImageTrustRequest,
  closing: AsyncDisposableStack,
): Promise<TrustedIdentity | undefined> {
  const { trust, target } = request;
  const keyless = target.signing?.keyless;
  const asked = trust.identity ?? (trust.key.kind === 'target' ? keyless : undefined);
  if (asked === undefined) {
    return undefined;
  }
  const { identity, issuer } = asked;
  const roots = keyless?.roots;
  const variables = roots === undefined ? {} : rootVariables(roots, (await request.openCatalog()).folder);
  const cosign = await openCosign(request);
  const { childrenOf } = openCredentials(request, cosign.processes, closing);
  return createTrustedIdentity(
    { identity, issuer, ...(keyless && { rekor: keyless.rekor }) },
    { ...cosign, processes: childrenOf(registriesOf(request)), variables },
  );
}

/** Where cosign looks for signatures. */
function registriesOf({ names, target }: ImageTrustRequest): readonly string[] {
  const ofIds = target.kind === 'registry' ? [target.registry] : [];
  const registries = names.flatMap((name) =>
    isId(name) ? ofIds : parseRepository(parseReference(name).repository).registry,
  );
  return [...new Set(registries)];
}
