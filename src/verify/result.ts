import type { DigestRef, FactoryErrorCode } from '../model/index.ts';

/** One thing that is not as it has to be. */
export interface Fault {
  readonly code: FactoryErrorCode;
  readonly message: string;
  readonly hint?: string;
}

/** Skipped: what it looks at could not be read, and another check says why. */
export type CheckStatus = 'passed' | 'failed' | 'skipped';

export interface VerifyCheck {
  /** Stable name, `signature`; of one predicate type, `attestation vuln`. */
  readonly check: string;
  readonly status: CheckStatus;
  /** What was found, one line; what is wrong with it is in `faults`. */
  readonly message: string;
  readonly faults: readonly Fault[];
  /** The same with cosign, where cosign can: command lines. */
  readonly cosign: readonly (readonly string[])[];
}

/** Everything that was checked of one image. A failed check never hides another. */
export interface Verification {
  /** As it was asked for. */
  readonly reference: string;
  /** Absent where the reference leads nowhere. */
  readonly ref?: DigestRef;
  /** Whose signatures counted. */
  readonly identity: string;
  readonly checks: readonly VerifyCheck[];
}

export function isVerified({ checks }: Verification): boolean {
  return checks.every(({ status }) => status === 'passed');
}

/** Made, and passed if it found no fault. */
export function toCheck(check: string, message: string, faults: readonly Fault[]): VerifyCheck {
  return { check, status: faults.length === 0 ? 'passed' : 'failed', message, faults, cosign: [] };
}

export function skippedCheck(check: string, message: string): VerifyCheck {
  return { check, status: 'skipped', message, faults: [], cosign: [] };
}
