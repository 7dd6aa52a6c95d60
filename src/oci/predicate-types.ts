/**
 * What attestations are found by. Policies compare these letter by letter, so they stand here once.
 * The first are the field's own; ours are URNs because a URL would need a domain.
 */
export const PREDICATE_TYPE = {
  provenance: 'https://slsa.dev/provenance/v1',
  cyclonedx: 'https://cyclonedx.org/bom',
  spdx: 'https://spdx.dev/Document',
  vulnerabilities: 'https://cosign.sigstore.dev/attestation/vuln/v1',
  vex: 'https://openvex.dev/ns',
  testResult: 'https://in-toto.io/attestation/test-result/v0.1',
  /** `{lock, inputs}`: what the image was made of, and what its build id covers. */
  lock: 'urn:ingot:attestation:lock:v1',
  /** A `BuildRecipe`: with the lock, what `ingot reproduce` builds from. */
  recipe: 'urn:ingot:attestation:recipe:v1',
  /** A `ReleaseRecord`. */
  release: 'urn:ingot:attestation:release:v1',
  /** A `RememberedVerdict`: since when, and why, policy says no to a release or to what would follow it. */
  verdict: 'urn:ingot:attestation:verdict:v1',
  /** The run that last judged the image: times, policy, decisions, verdict. */
  run: 'urn:ingot:attestation:run:v1',
} as const;
