/**
 * What attestations are found by. Policies compare these letter by letter, so they stand here once.
 * The first four are the field's own; ours are URNs because a URL would need a domain.
 */
export const PREDICATE_TYPE = {
  cyclonedx: 'https://cyclonedx.org/bom',
  spdx: 'https://spdx.dev/Document',
  vulnerabilities: 'https://cosign.sigstore.dev/attestation/vuln/v1',
  testResult: 'https://in-toto.io/attestation/test-result/v0.1',
  /** `{lock, inputs}`: what the image was made of, and what its build id covers. */
  lock: 'urn:ingot:attestation:lock:v1',
  /** A `BuildRecipe`: with the lock, what `ingot reproduce` builds from. */
  recipe: 'urn:ingot:attestation:recipe:v1',
  /** `ReleaseChanges`: what a release changes against the one before it. */
  changes: 'urn:ingot:attestation:changes:v1',
  /** A `ReleaseRecord`. */
  release: 'urn:ingot:attestation:release:v1',
  /** A `RememberedVerdict`: since when, and why, policy says no to a release or to what would follow it. */
  verdict: 'urn:ingot:attestation:verdict:v1',
} as const;
