/** A public key that was ours: what it signed counts until this day, which is the last. */
export interface AcceptedKey {
  /** PEM file, relative to the catalog. */
  readonly file: string;
  /** `2026-12-31` */
  readonly until: string;
}

/** A key that never leaves a key management service. */
export interface KmsKey {
  /** As cosign names it: `awskms:///alias/golden`. */
  readonly uri: string;
  /** PEM file, relative to the catalog: reading and verifying take no access to the service. */
  readonly publicKey: string;
}

/** Whom a certificate has to name, letter by letter. */
export interface KeylessIdentity {
  /** Who signs: an address, or the URL of a workflow. */
  readonly identity: string;
  /** Who vouches for that: the OIDC issuer. */
  readonly issuer: string;
}

/** A certificate for a workload's identity, by cosign. */
export interface Keyless extends KeylessIdentity {
  /** The certificate authority, and the transparency log. */
  readonly fulcio: string;
  readonly rekor: string;
  /** Environment variable that holds the identity token. */
  readonly tokenVariable: string;
  /** PEM files, relative to the catalog; absent for Sigstore's public service, whose roots cosign knows. */
  readonly roots?: KeylessRoots;
}

export interface KeylessRoots {
  /** Certificates of the authority. */
  readonly fulcio: string;
  /** Public key of the transparency log. */
  readonly rekor: string;
  /** Public key of the certificate transparency log. */
  readonly ctlog: string;
}

/** Who signs for notation: a key in its own configuration, or a plug-in with the id of its key. */
export type NotationKey =
  | { readonly kind: 'key'; readonly name: string }
  | {
      readonly kind: 'plugin';
      readonly plugin: string;
      readonly id: string;
      readonly options: Readonly<Record<string, string>>;
    };

/** How the images of a target are signed. */
export interface Signing {
  /** Absent: the key pair of this installation. */
  readonly kms?: KmsKey;
  readonly acceptedKeys: readonly AcceptedKey[];
  /** Further signers, beside the key. */
  readonly keyless?: Keyless;
  readonly notation?: NotationKey;
}

export const LOCAL_SIGNING: Signing = { acceptedKeys: [] };
