import { FactoryError, type KeylessIdentity } from '../model/index.ts';

/** The key that has to have signed what is read. */
export type KeyChoice =
  /** Those of the target: its own, and those before it while they count. */
  | { readonly kind: 'target' }
  | { readonly kind: 'file'; readonly file: string }
  /** `awskms:///alias/release`, as cosign names keys that it fetches. */
  | { readonly kind: 'kms'; readonly uri: string };

/** Whose signatures are to count. */
export interface TrustChoice {
  readonly key: KeyChoice;
  /** Has to have signed the image as well. */
  readonly identity?: KeylessIdentity;
}

/** As the command line says it, in cosign's words. */
export interface TrustFlags {
  readonly key?: string;
  readonly certificateIdentity?: string;
  readonly certificateOidcIssuer?: string;
}

export function trustOf({ key, certificateIdentity, certificateOidcIssuer }: TrustFlags): TrustChoice {
  if (certificateIdentity === undefined && certificateOidcIssuer === undefined) {
    return { key: keyChoice(key) };
  }
  if (!certificateIdentity || !certificateOidcIssuer) {
    throw new FactoryError(
      'USAGE',
      'cannot verify a keyless signature: expected --certificate-identity and --certificate-oidc-issuer, got one',
      { hint: 'an identity means nothing without who vouches for it' },
    );
  }
  return { key: keyChoice(key), identity: { identity: certificateIdentity, issuer: certificateOidcIssuer } };
}

export function keyChoice(key: string | undefined): KeyChoice {
  if (key === undefined) {
    return { kind: 'target' };
  }
  return key.includes('://') ? { kind: 'kms', uri: key } : { kind: 'file', file: key };
}
