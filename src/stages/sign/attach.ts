import type { DigestRef } from '../../model/index.ts';
import {
  ATTACHMENT_ANNOTATION,
  MEDIA_TYPE,
  isSigned,
  listAttached,
  simpleSigningPayload,
  uploadBytes,
} from '../../oci/index.ts';
import type { Descriptor } from '../../model/index.ts';
import { attachBundles } from './attach-bundles.ts';
import { attachClassic } from './attach-classic.ts';
import type { AttachDeps, StatementToAttach } from './attached.ts';
import { putAttachments } from './put-attachments.ts';

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

export interface StatementsToAttach {
  readonly statements: readonly StatementToAttach[];
  /** Types that our earlier word goes of, even if nothing of them is said any more. */
  readonly replaced?: readonly string[];
}

/**
 * Attaches the statements in the form that the target wants. Of their types, what our key has said before goes, in
 * either form, unless it says exactly this: then it stays, so that attaching again changes nothing. Attestations of
 * other types, and by other keys, stay as they are.
 */
export async function attachStatements(
  ref: DigestRef,
  { statements, replaced = [] }: StatementsToAttach,
  deps: AttachDeps,
): Promise<void> {
  const form = deps.bundles?.form ?? 'classic';
  const types = new Set([...statements.map(({ predicateType }) => predicateType), ...replaced]);
  await attachClassic(ref, { types, statements: form === 'bundle' ? [] : statements }, deps);
  await attachBundles(ref, { types, statements: form === 'classic' ? [] : statements }, deps);
}
