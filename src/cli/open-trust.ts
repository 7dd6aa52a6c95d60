import { createTrustedIdentity, type Trust, type TrustedIdentity } from '../verify/index.ts';
import { openCosign } from './find-cosign.ts';
import { openTrustedKeys, type TrustRequest } from './open-trusted-keys.ts';
import { EMPTY_TRUSTED_ROOT } from './own-folder.ts';
import { rootVariables } from './root-variables.ts';

/** Whose signatures count for `verify`: the keys, and who else has to have signed the image itself. */
export async function openTrust(request: TrustRequest): Promise<Trust> {
  const { keys, verify } = await openTrustedKeys(request);
  const identity = await openIdentity(request);
  return { keys, verify, ...(identity && { identity }), trustedRootFile: EMPTY_TRUSTED_ROOT };
}

/** A key that is named stands for itself; without one, what the target promises is asked for. */
async function openIdentity(request: TrustRequest): Promise<TrustedIdentity | undefined> {
  const { trust, target } = request;
  const keyless = target.signing?.keyless;
  const asked = trust.identity ?? (trust.key.kind === 'target' ? keyless : undefined);
  if (asked === undefined) {
    return undefined;
  }
  const { identity, issuer } = asked;
  const roots = keyless?.roots;
  const variables = roots === undefined ? {} : rootVariables(roots, (await request.openCatalog()).folder);
  return createTrustedIdentity(
    { identity, issuer, ...(keyless && { rekor: keyless.rekor }) },
    { ...(await openCosign(request)), variables },
  );
}
