import type { DigestRef, ReleaseRecord, Sha256, Tag } from '../model/index.ts';
import type { TrustedKey } from '../oci/index.ts';
import type { Read } from './read.ts';

/** What a signature's or an envelope's place in the registry is called in messages, `tag sha256-….att`. */
type Place = string;

/** Attached as cosign's tags have it, or as a sigstore bundle among the referrers. */
export type Form = 'classic' | 'bundle';

/** By which of the keys that count. */
export interface Signed {
  readonly key: TrustedKey;
  readonly form: Form;
}

/** An attestation that was found at an image, as far as it can be trusted. */
export type Attestation = { readonly place: Place } & (
  | ({
      /** Signed by whom we ask for, about this digest, of the type it is listed under. */
      readonly kind: 'ours';
      readonly type: string;
      readonly predicate: unknown;
    } & Signed)
  | ({
      /** Signed by them, about another image. */
      readonly kind: 'foreign';
      readonly type: string;
      readonly subjects: readonly string[];
    } & Signed)
  | ({
      /** Signed by them, but listed under another type. */
      readonly kind: 'mistyped';
      readonly type: string;
      readonly listed: string;
    } & Signed)
  | {
      /** Not signed by them, or not readable. What it says of itself is only a claim. */
      readonly kind: 'untrusted';
      readonly listed: string;
      readonly reason: string;
      readonly form: Form;
    }
);

export interface SignatureFacts {
  /** Signatures of any key. */
  readonly found: number;
  /** By whom we ask for, over exactly this digest. */
  readonly ours: readonly Signed[];
  /** By them, over other digests. */
  readonly copied: readonly Sha256[];
  /** What is known of others: `its key "keys/2025.pub" was accepted until 2025-12-31`. */
  readonly refusals: readonly string[];
}

/** An entry in the list of referrers that is none. */
export interface ForeignReferrer {
  readonly digest: Sha256;
  readonly reason: string;
}

export interface AttachedFacts {
  readonly signatures: SignatureFacts;
  readonly attestations: readonly Attestation[];
  /** How many entries the list of referrers has. */
  readonly referrers: number;
  readonly foreign: readonly ForeignReferrer[];
}

/** A manifest that things are attached to: the index, or one platform's. */
export interface SubjectFacts {
  readonly ref: DigestRef;
  /** `index`, `linux/amd64`; `image` where there is no index. */
  readonly name: string;
  readonly manifest: Read<unknown>;
  readonly attached: Read<AttachedFacts>;
  /** Why it does not count as signed by the identity that is asked for; absent where none is. */
  readonly identified?: Read<string | undefined>;
}

export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
}

/** One platform, with the packages that the database in its layers names. */
export interface PlatformFacts {
  readonly subject: SubjectFacts;
  readonly installed: Read<readonly InstalledPackage[]>;
}

/** What the signed release records of one track say. */
export interface ReleaseFacts {
  readonly track: string;
  readonly newest: ReleaseRecord;
  /** The newest record that names the digest. */
  readonly naming?: ReleaseRecord;
  /** Of all records that are there, the newest first. */
  readonly sequences: readonly number[];
  /** Where the tags of these records point. */
  readonly tags: ReadonlyMap<string, Sha256 | undefined>;
  /** Why the newest cannot be the newest, or another record cannot be trusted. */
  readonly untrusted: readonly Read<unknown>[];
}

/** All that was read of one image, before anything is judged. */
export interface ImageFacts {
  readonly reference: string;
  /** Where it was asked for by one. */
  readonly tag?: Tag;
  readonly ref: DigestRef;
  readonly top: SubjectFacts;
  readonly platforms: readonly PlatformFacts[];
  /** Undefined: no record of any track names the digest. */
  readonly release: Read<ReleaseFacts | undefined>;
  /** Where the tag of the attested inputs' build id points; undefined without such an attestation. */
  readonly build: Read<{ readonly buildId: string; readonly digest: Sha256 | undefined } | undefined>;
}

export function subjectsOf({ top, platforms }: ImageFacts): readonly SubjectFacts[] {
  return [top, ...platforms.map(({ subject }) => subject).filter(({ ref }) => ref.digest !== top.ref.digest)];
}

export function attestationsAt({ attached }: SubjectFacts): readonly Attestation[] {
  return attached.kind === 'read' ? attached.value.attestations : [];
}

/** Trusted predicates of one type at one subject, the newest first where the registry keeps older ones. */
export function predicatesOf(subject: SubjectFacts, type: string): readonly unknown[] {
  return attestationsAt(subject).flatMap((each) =>
    each.kind === 'ours' && each.type === type ? [each.predicate] : [],
  );
}
