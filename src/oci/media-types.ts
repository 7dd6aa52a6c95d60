/** OCI image spec 1.1 "Media types"; only these are written, and of our own images only these are accepted. */
export const MEDIA_TYPE = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  /** Image spec 1.1 "Guidelines for Artifact Usage": the config of a manifest that is not an image. */
  empty: 'application/vnd.oci.empty.v1+json',
  /** DSSE envelope, as cosign names it. */
  dsse: 'application/vnd.dsse.envelope.v1+json',
  /** Sigstore bundle v0.3 (sigstore/protobuf-specs, sigstore_bundle.proto): an envelope and what verifies it. */
  bundle: 'application/vnd.dev.sigstore.bundle.v0.3+json',
  /** The signed text of cosign's `.sig` tags. */
  simpleSigning: 'application/vnd.dev.cosign.simplesigning.v1+json',
  /** A layout or link of in-toto, as its specification 1.0 has them. */
  inToto: 'application/vnd.in-toto+json',
} as const;

/**
 * Docker's own (distribution, "Image Manifest Version 2, Schema 2"), for looking at images that are not ours; the spec's
 * "Compatibility Matrix" says that they mean the same.
 */
export const DOCKER_MEDIA_TYPE = {
  index: 'application/vnd.docker.distribution.manifest.list.v2+json',
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
} as const;

/** `artifactType` of a release record. */
export const RELEASE_ARTIFACT_TYPE = 'application/vnd.ingot.release.v1+json';

/** `artifactType` of the in-toto metadata of an image. */
export const IN_TOTO_ARTIFACT_TYPE = 'application/vnd.ingot.in-toto.v1+json';
