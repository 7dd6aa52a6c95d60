import type { Demands, KeylessIdentity, Verification } from '../verify/index.ts';
import type { AuditReport, AuditedTrack, Period } from '../audit/index.ts';
import type { ReaderRequest } from './open-reader.ts';

/** Whose signatures count. */
export type TrustChoice =
  /** Of this installation. */
  | { readonly kind: 'own' }
  | { readonly kind: 'key'; readonly file: string }
  /** `awskms:///alias/release`, as cosign names keys that it fetches. */
  | { readonly kind: 'kms'; readonly uri: string }
  | ({ readonly kind: 'keyless' } & KeylessIdentity);

export interface VerifierRequest extends ReaderRequest {
  readonly names: readonly string[];
  readonly trust: TrustChoice;
}

/** Looks at the images that were named. */
export interface Verifier extends AsyncDisposable {
  verify(demands: Demands): Promise<readonly Verification[]>;
  /** What was released of these images in a period; `folder` is the catalog's. */
  audit(request: AuditRequest): Promise<AuditReport>;
}

export interface AuditRequest {
  readonly folder: string;
  readonly images: readonly (Pick<AuditedTrack, 'image' | 'track'> & {
    /** Below the target's prefix. */
    readonly repository: string;
  })[];
  readonly period: Period;
}
