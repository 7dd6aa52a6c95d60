import type { EcrEncryption, EcrScanning, EcrTagMutability } from './ecr.ts';
import type { FactoryError } from './error.ts';
import type { Json, JsonObject } from './json.ts';

/** What is kept of a repository, and of the registry itself (`scanning`, `blob-mounting`), in the order it is told. */
export const ECR_FIELDS = [
  'encryption',
  'mutability',
  'tags',
  'policy',
  'lifecycle',
  'scanning',
  'blob-mounting',
] as const;
export type EcrField = (typeof ECR_FIELDS)[number];

/** As it is, or as it has to be; what is absent is not there, or not asked for. */
export interface EcrFields {
  readonly encryption?: EcrEncryption;
  readonly mutability?: EcrTagMutability;
  readonly tags?: Readonly<Record<string, string>>;
  readonly policy?: JsonObject;
  readonly lifecycle?: JsonObject;
  readonly scanning?: EcrScanning;
  readonly 'blob-mounting'?: boolean;
}

/** One field, from what it is to what it has to be. */
export type EcrChange = {
  readonly [F in EcrField]: {
    readonly field: F;
    /** Absent: it is not there. */
    readonly from?: NonNullable<EcrFields[F]>;
    readonly to: NonNullable<EcrFields[F]>;
  };
}[EcrField];

/** What a field is, where that is short; else its SHA-256 in hex. Without those that are not there. */
export type EcrFingerprints = Readonly<Partial<Record<EcrField, string>>>;

/** What is not as it has to be, and cannot be changed. */
export interface EcrKept {
  readonly field: EcrField;
  /** Absent where it cannot be read. */
  readonly is?: Json;
  readonly wanted: Json;
  readonly reason: string;
}

/** What is to become of a repository, or of the registry's own settings where none is named. */
export type EcrPlanned = { readonly repository?: string } & (
  | { readonly action: 'create'; readonly changes: readonly EcrChange[] }
  | {
      readonly action: 'change';
      /** All that it is now. */
      readonly fingerprints: EcrFingerprints;
      readonly changes: readonly EcrChange[];
      readonly kept: readonly EcrKept[];
    }
  | { readonly action: 'leave'; readonly kept: readonly EcrKept[] }
  | { readonly action: 'foreign'; readonly reason: string }
);

/** All that `ingot ecr apply` needs: it reads no catalog. */
export interface EcrPlan {
  readonly schemaVersion: 1;
  readonly target: string;
  readonly account: string;
  readonly region: string;
  /** The registry first, then repositories by name. */
  readonly resources: readonly EcrPlanned[];
}

/** Where a registry is not as its catalog says. */
export interface EcrDifference {
  /** Absent: the registry's own settings. */
  readonly repository?: string;
  readonly state: 'missing' | 'differs';
  readonly fields: readonly EcrField[];
}

/** What a run saw of it. */
export type EcrDrift =
  | {
      readonly kind: 'checked';
      readonly differences: readonly EcrDifference[];
      /** Policies, lifecycle policies and settings that were left to the nights after. */
      readonly left: number;
    }
  | { readonly kind: 'unknown'; readonly error: FactoryError };

/** How one resource is called in messages. */
export function ecrResourceName({ repository }: Pick<EcrPlanned, 'repository'>): string {
  return repository === undefined ? 'the registry' : `"${repository}"`;
}
