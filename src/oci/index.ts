export { parseAnyImage } from './any-image.ts';
export type { AnyImage } from './any-image.ts';
export type { LayerItem, Replaced } from './apply-layer.ts';
export { keysInForce, verifyWith } from './accepted-keys.ts';
export type { KeysInForce, RetiredKey, TrustedKey } from './accepted-keys.ts';
export {
  ATTACHMENT_ANNOTATION,
  MAX_ATTACHMENT_BYTES,
  attachmentTag,
  findSignature,
  isSigned,
  listAttached,
} from './attachments.ts';
export type { AttachmentKind, ReadDeps } from './attachments.ts';
export { readAttestation, readAttestations } from './attestations.ts';
export { EMPTY_CONFIG, bundleBytes, bundleManifest, keyHint } from './bundle.ts';
export { parseChallenge } from './auth-challenge.ts';
export { assertDigest, hexOf, isSha256, parseSha256, sha256Of, sha256OfChunks } from './digest.ts';
export { RetiredKeyError, envelopePayload, openEnvelope, signEnvelope } from './dsse.ts';
export type { ImageSigner, VerifySignature } from './dsse.ts';
export type { ElfFile } from './elf.ts';
export { firstDifference } from './first-difference.ts';
export { contentCapture, digestCapture } from './file-capture.ts';
export type { NewCapture } from './file-capture.ts';
export { INPUT_MEDIA_TYPE, findInputCopies, inputFile, pushInputs } from './input-copies.ts';
export type { BuildInputFiles, InputFile, InputPushDeps, SeenBlobs } from './input-copies.ts';
export type { OciImageConfig } from './image-config.ts';
export { findBundles, hasBundles } from './find-bundles.ts';
export type { FoundBundle } from './find-bundles.ts';
export { buildIndex } from './image-index.ts';
export { layoutSource, registrySource } from './image-source.ts';
export { keepBlobs } from './kept-blobs.ts';
export type { KeptContent } from './kept-blobs.ts';
export type { ImageSource } from './image-source.ts';
export { createLayerReader, readLayerBytes, type LayerReader } from './layer-reader.ts';
export { readImageContent } from './layers.ts';
export type { ImageContent } from './layers.ts';
export {
  blobPath,
  hasBlob,
  readBlob,
  readLayout,
  shareBlobs,
  streamBlob,
  writeBlob,
  writeLayoutIndex,
} from './layout.ts';
export { listedRegistry } from './listed-registry.ts';
export type { ListedRegistry, ListRepository, RepositoryListing } from './listed-registry.ts';
export {
  DOCKER_MEDIA_TYPE,
  IN_TOTO_ARTIFACT_TYPE,
  MEDIA_TYPE,
  RELEASE_ARTIFACT_TYPE,
} from './media-types.ts';
export {
  architectureOf,
  elfMachineOf,
  platformManifests,
  platformOf,
  toOciPlatform,
  tripletOf,
} from './platform.ts';
export type { PlatformManifest } from './platform.ts';
export { PREDICATE_TYPE, REQUIRED_ATTESTATIONS } from './predicate-types.ts';
export { findImage, findLayoutImage, manifestFor, pullManifest } from './pull-image.ts';
export { presentPaths } from './present-paths.ts';
export type { NamedImage } from './pull-image.ts';
export { addReferrers, changeReferrers, listReferrers, referrersTag } from './referrers.ts';
export type { ReferrerChanges } from './referrers.ts';
export type { PutReferrer } from './referrers-api.ts';
export { layerItemReader, readLayers, readStackedImage, stackLayers } from './read-image.ts';
export type { ReadLayerItems, StackedImage, StackedLayer } from './read-image.ts';
export { isLoopback, parseReference, parseRepository, referenceText } from './reference.ts';
export type { Reference } from './reference.ts';
export type { Credentials, CredentialSource, Password } from './registry-auth.ts';
export { registryError, tagTakenError } from './registry-error.ts';
export type { RegistryRefusal } from './registry-transport.ts';
export { createRegistryClient } from './registry-client.ts';
export type { FoundManifest, RegistryClient, RegistryPool, StoredManifest } from './registry-client.ts';
export { rememberReads } from './remember-reads.ts';
export { baseName, parentOf, resolvePath } from './root-filesystem.ts';
export type { Entries, EntryType, RootEntry, RootFilesystem } from './root-filesystem.ts';
export { parseIndex, parseJson, parseManifest, parseValue } from './schema.ts';
export type { ImageManifest } from './schema.ts';
export { signedDigest, simpleSigningPayload } from './simple-signing.ts';
export { predicateAbout, statementBytes, subjectsIn, subjectsOf } from './statement.ts';
export type { Statement } from './statement.ts';
export { isTag, parseTag } from './tag.ts';
export { uploadBytes } from './upload-bytes.ts';
export type { Send, WireRequest, WireResponse } from './wire.ts';
