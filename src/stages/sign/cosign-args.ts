/** What of an image cosign is to verify, by which key. */
export interface ToVerify {
  /** PEM file, or the URI of a service. */
  readonly key: string;
  readonly images: readonly string[];
  readonly form?: BundleForm;
}

/** Absent: the classic form, which cosign 2 looks for by itself, and cosign 3 where there are no bundles. */
export type BundleForm =
  /** cosign wants sigstore's trusted root for them even where a key is named. */
  | { readonly kind: 'bundle'; readonly trustedRootFile: string }
  /** Classic where there are bundles too: cosign 3 would look at those instead. */
  | { readonly kind: 'beside-bundles' };

/** `cosign verify`: signatures of all images, as the registry serves them. */
export function verifyArgs(cosign: string, { key, images, form }: ToVerify): readonly string[] {
  return [cosign, 'verify', ...keyArgs(key), ...formArgs(form), ...images];
}

/** `cosign verify-attestation`, by exact predicate type: cosign 3 accepts any envelope by the key otherwise. */
export function verifyAttestationArgs(
  cosign: string,
  predicateType: string,
  { key, images, form }: ToVerify,
): readonly string[] {
  const type = `--type=${predicateType}`;
  return [cosign, 'verify-attestation', ...keyArgs(key), ...formArgs(form), type, ...images];
}

function keyArgs(key: string): readonly string[] {
  return [
    `--key=${key}`,
    // A key pair of our own has no entry in a public transparency log.
    '--insecure-ignore-tlog=true',
  ];
}

function formArgs(form: BundleForm | undefined): readonly string[] {
  switch (form?.kind) {
    case 'bundle':
      return ['--new-bundle-format', `--trusted-root=${form.trustedRootFile}`];
    case 'beside-bundles':
      return ['--new-bundle-format=false'];
    case undefined:
      return [];
  }
}
