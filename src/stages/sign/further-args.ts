import type { Keyless, KeylessIdentity, NotationKey } from '../../model/index.ts';

/** `notation sign`: credentials are Docker's, as for everything else. */
export function notationSignArgs(key: NotationKey, image: string, isPlain: boolean): readonly string[] {
  const signer =
    key.kind === 'key'
      ? [`--key=${key.name}`]
      : [
          `--plugin=${key.plugin}`,
          `--id=${key.id}`,
          ...Object.entries(key.options).map(([name, value]) => `--plugin-config=${name}=${value}`),
        ];
  return ['notation', 'sign', ...signer, ...plainHttp(isPlain), image];
}

export function notationListArgs(image: string, isPlain: boolean): readonly string[] {
  return ['notation', 'list', ...plainHttp(isPlain), image];
}

/** notation tries HTTPS alone otherwise, also on this machine. */
function plainHttp(isPlain: boolean): readonly string[] {
  return isPlain ? ['--insecure-registry'] : [];
}

/** `cosign sign` with a certificate: the identity token is in the environment, never an argument. */
export function keylessSignArgs(cosign: string, keyless: Keyless, image: string): readonly string[] {
  return [cosign, 'sign', `--fulcio-url=${keyless.fulcio}`, `--rekor-url=${keyless.rekor}`, '--yes', image];
}

/** Whose signature is looked for; without a log of their own, in Sigstore's public one. */
export type KeylessToVerify = KeylessIdentity & Partial<Pick<Keyless, 'rekor'>>;

/** `cosign verify` by exact identity and issuer: there are no patterns. */
export function keylessVerifyArgs(
  cosign: string,
  { identity, issuer, rekor }: KeylessToVerify,
  image: string,
): readonly string[] {
  return [
    cosign,
    'verify',
    `--certificate-identity=${identity}`,
    `--certificate-oidc-issuer=${issuer}`,
    ...(rekor === undefined ? [] : [`--rekor-url=${rekor}`]),
    // signed in the classic form: cosign 3 would look at attestations in bundles instead, where there are any
    '--new-bundle-format=false',
    image,
  ];
}
