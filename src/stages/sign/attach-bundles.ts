import { FactoryError } from '../../model/index.ts';
import type { Descriptor, DigestRef } from '../../model/index.ts';
import {
  EMPTY_CONFIG,
  bundleBytes,
  bundleManifest,
  changeReferrers,
  findBundles,
  referenceText,
  signEnvelope,
  uploadBytes,
} from '../../oci/index.ts';
import type { RegistryClient, StoredManifest } from '../../oci/index.ts';
import { keyOf, ourPayload } from './attached.ts';
import type { AttachDeps, Attachment, BundleSettings, StatementToAttach } from './attached.ts';

/** Brings the list of an image's referrers to what it is to hold of ours. Entries of others are never touched. */
export async function attachBundles(
  ref: DigestRef,
  { types, statements }: Attachment,
  deps: AttachDeps,
): Promise<void> {
  const { bundles } = await findBundles(ref, (type) => types.has(type), deps.registry);
  const ours = bundles.flatMap(({ digest, predicateType, envelope }) => {
    const payload = ourPayload(envelope, ref, deps);
    return payload === undefined ? [] : [{ digest, key: keyOf({ predicateType, payload }) }];
  });
  const wanted = new Set(statements.map(keyOf));
  const kept = new Map(ours.filter(({ key }) => wanted.has(key)).map(({ key, digest }) => [key, digest]));
  const removed = ours.map(({ digest }) => digest).filter((digest) => ![...kept.values()].includes(digest));
  const missing = statements.filter((statement) => !kept.has(keyOf(statement)));
  if (missing.length === 0 && removed.length === 0) {
    return;
  }
  const added = await makeReferrers(ref, missing, deps);
  await changeReferrers(ref, { added, removed }, deps.registry);
}

async function makeReferrers(
  ref: DigestRef,
  statements: readonly StatementToAttach[],
  deps: AttachDeps,
): Promise<readonly StoredManifest[]> {
  const { bundles: settings, registry } = deps;
  if (settings === undefined || statements.length === 0) {
    return [];
  }
  const subject = await subjectOf(ref, registry);
  await uploadBytes(ref.repository, EMPTY_CONFIG, registry);
  const made: StoredManifest[] = [];
  for (const statement of statements) {
    made.push(await makeReferrer({ subject, statement, settings, repository: ref.repository }, deps));
  }
  return made;
}

interface NewReferrer {
  readonly subject: Descriptor;
  readonly statement: StatementToAttach;
  readonly settings: BundleSettings;
  readonly repository: string;
}

async function makeReferrer(
  { subject, statement, settings, repository }: NewReferrer,
  { signer, registry }: AttachDeps,
): Promise<StoredManifest> {
  const { predicateType, payload } = statement;
  const bytes = bundleBytes(await signEnvelope(payload, signer), settings.keyHint);
  const bundle = await uploadBytes(repository, bytes, registry);
  return bundleManifest({ subject, bundle, predicateType, created: settings.created });
}

async function subjectOf(ref: DigestRef, registry: RegistryClient): Promise<Descriptor> {
  const found = await registry.getManifest(ref.repository, ref.digest);
  if (found === undefined) {
    throw new FactoryError('REGISTRY_INVALID', `cannot attest ${referenceText(ref)}: it is not there`);
  }
  return { mediaType: found.mediaType, digest: ref.digest, size: found.bytes.length };
}
