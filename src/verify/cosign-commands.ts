import type { DigestRef } from '../model/index.ts';
import { referenceText } from '../oci/index.ts';
import { verifyArgs, verifyAttestationArgs, type BundleForm } from '../stages/sign/index.ts';
import { attestationsAt, type Form, type Signed, type SubjectFacts } from './facts.ts';
import type { Trust } from './trust.ts';

/** Where something is to be verified: at which digest, in which form, and whether there are bundles beside it. */
export interface CosignPlace extends Signed {
  readonly ref: DigestRef;
  readonly hasBundles: boolean;
}

export function cosignPlace(subject: SubjectFacts, { key, form }: Signed): CosignPlace {
  const hasBundles = attestationsAt(subject).some((each) => each.form === 'bundle');
  return { ref: subject.ref, key, form, hasBundles };
}

/** What says the same as our check of signatures. */
export function cosignVerify(place: CosignPlace, trust: Trust): readonly string[] {
  return verifyArgs('cosign', toVerify(place, trust));
}

export function cosignVerifyAttestation(type: string, place: CosignPlace, trust: Trust): readonly string[] {
  return verifyAttestationArgs('cosign', type, toVerify(place, trust));
}

function toVerify({ ref, key, ...place }: CosignPlace, trust: Trust): Parameters<typeof verifyArgs>[1] {
  const form = bundleForm(place, trust);
  return { key: key.file, images: [referenceText(ref)], ...(form && { form }) };
}

function bundleForm(
  { form, hasBundles }: { readonly form: Form; readonly hasBundles: boolean },
  { trustedRootFile }: Trust,
): BundleForm | undefined {
  if (form === 'bundle') {
    return { kind: 'bundle', trustedRootFile };
  }
  return hasBundles ? { kind: 'beside-bundles' } : undefined;
}

/** As one would type it. */
export function commandText(argv: readonly string[]): string {
  return argv
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}
