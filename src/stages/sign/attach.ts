import type { Descriptor, DigestRef } from '../../model/index.ts';
import {
  ATTACHMENT_ANNOTATION,
  MAX_ATTACHMENT_BYTES,
  MEDIA_TYPE,
  attachmentTag,
  isSigned,
  listAttached,
  openEnvelope,
  referenceText,
  sha256Of,
  signEnvelope,
  simpleSigningPayload,
  uploadBytes,
} from '../../oci/index.ts';
import type { AttachmentKind, ImageSigner, RegistryClient, VerifySignature } from '../../oci/index.ts';

export interface AttachDeps {
  readonly registry: RegistryClient;
  readonly signer: ImageSigner;
  readonly verify: VerifySignature;
}

/** Text of a statement about this very image, and the type it is listed under. */
export interface StatementToAttach {
  readonly predicateType: string;
  readonly payload: Uint8Array;
}

/** Adds our signature in cosign's classic form. Does nothing when there is one; other keys' signatures stay. */
export async function attachSignature(ref: DigestRef, deps: AttachDeps): Promise<void> {
  if (await isSigned(ref, deps)) {
    return;
  }
  const existing = await listAttached(ref, 'sig', deps.registry);
  const payload = simpleSigningPayload(ref);
  const signature = Buffer.from(await deps.signer.sign(payload)).toString('base64');
  const layer: Descriptor = {
    ...(await uploadBytes(ref.repository, payload, deps.registry)),
    mediaType: MEDIA_TYPE.simpleSigning,
    annotations: { [ATTACHMENT_ANNOTATION.signature]: signature },
  };
  await putAttachments(ref, { kind: 'sig', layers: [...existing, layer] }, deps.registry);
}

/**
 * Attaches the statements. Attestations of other types stay as they are; of the same types, those that say
 * exactly this and carry our signature stay, so that signing again changes nothing, and the rest go.
 */
export async function attachStatements(
  ref: DigestRef,
  statements: readonly StatementToAttach[],
  deps: AttachDeps,
): Promise<void> {
  const existing = await listAttached(ref, 'att', deps.registry);
  const types = new Set(statements.map(({ predicateType }) => predicateType));
  const ours = existing.filter((layer) => types.has(typeOf(layer)));
  const reusable = await readOurs(ref, ours, deps);
  const layers = existing.filter((layer) => !types.has(typeOf(layer)));
  for (const statement of statements) {
    const key = keyOf(statement.predicateType, statement.payload);
    layers.push(reusable.get(key) ?? (await attest(ref.repository, statement, deps)));
  }
  const isSame = layers.length === existing.length && layers.every((layer) => existing.includes(layer));
  if (!isSame) {
    await putAttachments(ref, { kind: 'att', layers }, deps.registry);
  }
}

/** Attestations that our key signed, by what they say. */
async function readOurs(
  ref: DigestRef,
  layers: readonly Descriptor[],
  deps: AttachDeps,
): Promise<ReadonlyMap<string, Descriptor>> {
  const found = new Map<string, Descriptor>();
  for (const layer of layers) {
    const envelope = await deps.registry.getBlob(ref.repository, layer.digest, MAX_ATTACHMENT_BYTES);
    try {
      const payload = openEnvelope(envelope, deps.verify, `attestation of ${referenceText(ref)}`);
      found.set(keyOf(typeOf(layer), payload), layer);
    } catch {
      // Not ours, or damaged: it is of a type that we are about to write, so it is replaced.
    }
  }
  return found;
}

function typeOf(layer: Descriptor): string {
  return layer.annotations?.[ATTACHMENT_ANNOTATION.predicateType] ?? '';
}

function keyOf(predicateType: string, payload: Uint8Array): string {
  return `${predicateType} ${sha256Of(payload)}`;
}

async function attest(
  repository: string,
  { predicateType, payload }: StatementToAttach,
  deps: AttachDeps,
): Promise<Descriptor> {
  const envelope = await signEnvelope(payload, deps.signer);
  return {
    ...(await uploadBytes(repository, envelope, deps.registry)),
    mediaType: MEDIA_TYPE.dsse,
    annotations: {
      // cosign writes it empty: a DSSE envelope holds its own signatures.
      [ATTACHMENT_ANNOTATION.signature]: '',
      [ATTACHMENT_ANNOTATION.predicateType]: predicateType,
    },
  };
}

interface Attachments {
  readonly kind: AttachmentKind;
  readonly layers: readonly Descriptor[];
}

async function putAttachments(
  ref: DigestRef,
  { kind, layers }: Attachments,
  registry: RegistryClient,
): Promise<void> {
  const config = Buffer.from(JSON.stringify(attachmentConfig(layers)));
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    config: { mediaType: MEDIA_TYPE.config, ...(await uploadBytes(ref.repository, config, registry)) },
    layers,
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  await registry.putManifest(ref.repository, attachmentTag(ref.digest, kind), {
    mediaType: MEDIA_TYPE.manifest,
    bytes,
  });
}

/** The config cosign writes: an image without platform or date, whose layers are the attachments. */
function attachmentConfig(layers: readonly Descriptor[]): object {
  const created = '0001-01-01T00:00:00Z';
  return {
    architecture: '',
    created,
    history: layers.map(() => ({ created })),
    os: '',
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    config: {},
  };
}
