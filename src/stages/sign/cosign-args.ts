/** `cosign verify`: signatures of all images, as the registry serves them, by our key. */
export function verifyArgs(
  cosign: string,
  publicKeyFile: string,
  images: readonly string[],
): readonly string[] {
  return [cosign, 'verify', ...keyArgs(publicKeyFile), ...images];
}

/** Attestations of one type, in one form. */
export interface AttestationsToVerify {
  readonly predicateType: string;
  readonly images: readonly string[];
  /** Of bundles: cosign wants sigstore's trusted root even where a key is named. Absent: the classic form. */
  readonly trustedRootFile?: string;
}

/** `cosign verify-attestation`, by exact predicate type: cosign 3 accepts any envelope by the key otherwise. */
export function verifyAttestationArgs(
  cosign: string,
  publicKeyFile: string,
  { predicateType, images, trustedRootFile }: AttestationsToVerify,
): readonly string[] {
  return [
    cosign,
    'verify-attestation',
    ...keyArgs(publicKeyFile),
    ...(trustedRootFile === undefined ? [] : ['--new-bundle-format', `--trusted-root=${trustedRootFile}`]),
    `--type=${predicateType}`,
    ...images,
  ];
}

function keyArgs(publicKeyFile: string): readonly string[] {
  return [
    `--key=${publicKeyFile}`,
    // A key pair of our own has no entry in a public transparency log.
    '--insecure-ignore-tlog=true',
    '--output=json',
  ];
}
