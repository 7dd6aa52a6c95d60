import { referenceText } from '../oci/index.ts';
import {
  keylessRefusal,
  keylessVerifyArgs,
  type KeylessDeps,
  type KeylessToVerify,
} from '../stages/sign/index.ts';
import type { TrustedIdentity } from './trust.ts';

/** Signatures by an identity that a certificate names for some minutes; compared as it is, never as a pattern. */
export function createTrustedIdentity(keyless: KeylessToVerify, deps: KeylessDeps): TrustedIdentity {
  const variables = Object.entries(deps.variables).map(([name, value]) => `${name}=${value}`);
  return {
    name: `${keyless.identity} (by ${keyless.issuer})`,
    refusal: (ref) => keylessRefusal(referenceText(ref), keyless, deps),
    cosign: (ref) => [
      ...(variables.length === 0 ? [] : ['env', ...variables]),
      ...keylessVerifyArgs('cosign', keyless, referenceText(ref)),
    ],
  };
}
