import type { Demands, Verification } from '../verify/index.ts';
import type { AuditReport, AuditedTrack, Period } from '../audit/index.ts';
import type { ReaderRequest } from './open-reader.ts';

export interface VerifierRequest extends ReaderRequest {
  readonly names: readonly string[];
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
