import type { AttestationForm, DigestRef } from '../../model/index.ts';
import { openEnvelope, referenceText, sha256Of } from '../../oci/index.ts';
import type { ImageSigner, RegistryClient, VerifySignature } from '../../oci/index.ts';

export interface AttachDeps {
  readonly registry: RegistryClient;
  readonly signer: ImageSigner;
  readonly verify: VerifySignature;
  /** Absent: statements are attached in the classic form alone. */
  readonly bundles?: BundleSettings;
}

/** What bundles need beside a signature. */
export interface BundleSettings {
  readonly form: AttestationForm;
  /** What tells verifiers which key it is. */
  readonly keyHint: string;
  /** ISO instant: the run's one reading of the clock. */
  readonly created: string;
  /** File with sigstore's trusted root that cosign is to use: an empty one will do, as the key is named. */
  readonly trustedRootFile: string;
}

/** Text of a statement about this very image, and the type it is listed under. */
export interface StatementToAttach {
  readonly predicateType: string;
  readonly payload: Uint8Array;
}

/** What is to stand in one of the two forms. */
export interface Attachment {
  /** Of these types nothing else of ours stays. */
  readonly types: ReadonlySet<string>;
  readonly statements: readonly StatementToAttach[];
}

export function keyOf({ predicateType, payload }: StatementToAttach): string {
  return `${predicateType} ${sha256Of(payload)}`;
}

/** What an envelope of ours says; undefined for one that another key signed, or that is damaged. */
export function ourPayload(
  envelope: Uint8Array,
  ref: DigestRef,
  { verify }: Pick<AttachDeps, 'verify'>,
): Uint8Array | undefined {
  try {
    return openEnvelope(envelope, verify, `attestation of ${referenceText(ref)}`);
  } catch {
    return undefined;
  }
}
