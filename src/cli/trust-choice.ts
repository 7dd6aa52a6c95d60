import { FactoryError } from '../model/index.ts';
import type { TrustChoice } from './verifier.ts';

/** Whose signatures are to count, as the command line says it in cosign's words. */
export interface TrustFlags {
  readonly key?: string;
  readonly certificateIdentity?: string;
  readonly certificateOidcIssuer?: string;
}

export function trustOf({ key, certificateIdentity, certificateOidcIssuer }: TrustFlags): TrustChoice {
  if (certificateIdentity === undefined && certificateOidcIssuer === undefined) {
    return key === undefined ? { kind: 'own' } : keyChoice(key);
  }
  if (!certificateIdentity || !certificateOidcIssuer) {
    throw new FactoryError(
      'USAGE',
      'cannot verify a keyless signature: expected --certificate-identity and --certificate-oidc-issuer, got one',
      { hint: 'an identity means nothing without who vouches for it' },
    );
  }
  return { kind: 'keyless', identity: certificateIdentity, issuer: certificateOidcIssuer };
}

function keyChoice(key: string): TrustChoice {
  return key.includes('://') ? { kind: 'kms', uri: key } : { kind: 'key', file: key };
}
