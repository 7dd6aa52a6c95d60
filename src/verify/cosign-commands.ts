import type { DigestRef } from '../model/index.ts';
import { referenceText } from '../oci/index.ts';
import type { Trust } from './trust.ts';

/** What says the same as our check of signatures. */
export function cosignVerify(trust: Trust, ref: DigestRef): readonly string[] {
  return ['cosign', 'verify', ...trust.cosignArgs, referenceText(ref)];
}

/** By exact predicate type: cosign 3 takes any envelope by the key for an attestation otherwise. */
export function cosignVerifyAttestation(trust: Trust, type: string, ref: DigestRef): readonly string[] {
  return ['cosign', 'verify-attestation', ...trust.cosignArgs, `--type=${type}`, referenceText(ref)];
}

/** As one would type it. */
export function commandText(argv: readonly string[]): string {
  return argv
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}
