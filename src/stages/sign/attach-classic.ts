import type { Descriptor, DigestRef } from '../../model/index.ts';
import {
  ATTACHMENT_ANNOTATION,
  MAX_ATTACHMENT_BYTES,
  MEDIA_TYPE,
  listAttached,
  signEnvelope,
  uploadBytes,
} from '../../oci/index.ts';
import { keyOf, ourPayload } from './attached.ts';
import type { AttachDeps, Attachment, StatementToAttach } from './attached.ts';
import { putAttachments } from './put-attachments.ts';

/** Brings cosign's `.att` tag to what it is to hold, in one write or none. */
export async function attachClassic(
  ref: DigestRef,
  { types, statements }: Attachment,
  deps: AttachDeps,
): Promise<void> {
  const existing = await listAttached(ref, 'att', deps.registry);
  const ours = await readOurs(
    ref,
    existing.filter((layer) => types.has(typeOf(layer))),
    deps,
  );
  const replaced = new Set([...ours.values()].flat());
  const layers = existing.filter((layer) => !replaced.has(layer));
  for (const statement of statements) {
    const [reusable] = ours.get(keyOf(statement)) ?? [];
    layers.push(reusable ?? (await attest(ref.repository, statement, deps)));
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
): Promise<ReadonlyMap<string, readonly Descriptor[]>> {
  const found = new Map<string, readonly Descriptor[]>();
  for (const layer of layers) {
    const envelope = await deps.registry.getBlob(ref.repository, layer.digest, MAX_ATTACHMENT_BYTES);
    const payload = ourPayload(envelope, ref, deps);
    if (payload !== undefined) {
      const key = keyOf({ predicateType: typeOf(layer), payload });
      found.set(key, [...(found.get(key) ?? []), layer]);
    }
  }
  return found;
}

function typeOf(layer: Descriptor): string {
  return layer.annotations?.[ATTACHMENT_ANNOTATION.predicateType] ?? '';
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
