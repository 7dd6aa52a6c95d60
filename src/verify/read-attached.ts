import { z } from 'zod';
import { FactoryError, type Descriptor, type DigestRef } from '../model/index.ts';
import {
  ATTACHMENT_ANNOTATION,
  attachmentTag,
  listAttached,
  MAX_ATTACHMENT_BYTES,
  MEDIA_TYPE,
  parseJson,
  signedDigest,
  type RegistryClient,
  type RegistryPool,
} from '../oci/index.ts';
import type { AttachedFacts, Attestation, Form, SignatureFacts } from './facts.ts';
import { readReferrers } from './read-referrers.ts';
import { openTrusted, type Trust } from './trust.ts';

/** An envelope as it was found, and what the list says of it. */
export interface FoundEnvelope {
  readonly bytes: Uint8Array;
  /** Predicate type it is listed under; undefined where the list does not say. */
  readonly listed: string | undefined;
  readonly place: string;
  readonly form: Form;
}

/** What cosign 3 signs an image with in a bundle: a statement of this type. */
const SIGN_TYPE = 'https://sigstore.dev/cosign/sign/v1';

export interface AttachedDeps {
  readonly registry: RegistryClient;
  readonly pool: RegistryPool;
}

interface ReadAttachedDeps extends AttachedDeps {
  readonly trust: Trust;
}

/** Everything attached to one digest, in cosign's classic form and as referrers, with what can be trusted of it. */
export async function readAttached(
  ref: DigestRef,
  { trust, ...deps }: ReadAttachedDeps,
): Promise<AttachedFacts> {
  const [classic, referrers] = await Promise.all([readClassic(ref, deps), readReferrers(ref, deps)]);
  const signatures = await readSignatures(ref, trust, deps.registry);
  const attestations = [...classic, ...referrers.envelopes].map((found) => toAttestation(found, ref, trust));
  const signing = attestations.filter((each) => typeOf(each) === SIGN_TYPE);
  return {
    signatures: {
      ...signatures,
      found: signatures.found + signing.length,
      ours: [...signatures.ours, ...signing.flatMap((each) => (each.kind === 'ours' ? [each] : []))],
    },
    attestations: attestations.filter((each) => !signing.includes(each)),
    referrers: referrers.count,
    foreign: referrers.foreign,
  };
}

function typeOf(attestation: Attestation): string {
  return attestation.kind === 'untrusted' ? attestation.listed : attestation.type;
}

async function readClassic(
  ref: DigestRef,
  { registry, pool }: AttachedDeps,
): Promise<readonly FoundEnvelope[]> {
  const layers = await listAttached(ref, 'att', registry);
  const tag = attachmentTag(ref.digest, 'att');
  return pool.map(layers, (layer) => readLayer({ ref, layer, tag }, registry));
}

async function readLayer(
  found: { readonly ref: DigestRef; readonly layer: Descriptor; readonly tag: string },
  registry: RegistryClient,
): Promise<FoundEnvelope> {
  const { ref, layer, tag } = found;
  return {
    bytes: await registry.getBlob(ref.repository, layer.digest, MAX_ATTACHMENT_BYTES),
    listed: layer.annotations?.[ATTACHMENT_ANNOTATION.predicateType],
    place: `layer ${layer.digest} of tag "${tag}"`,
    form: 'classic',
  };
}

async function readSignatures(
  ref: DigestRef,
  { keys, verify }: Trust,
  registry: RegistryClient,
): Promise<SignatureFacts> {
  const layers = await listAttached(ref, 'sig', registry);
  const signatures = layers.filter(({ mediaType }) => mediaType === MEDIA_TYPE.simpleSigning);
  const accepted = [];
  const refusals = [];
  for (const layer of signatures) {
    const payload = await registry.getBlob(ref.repository, layer.digest, MAX_ATTACHMENT_BYTES);
    const signature = Buffer.from(layer.annotations?.[ATTACHMENT_ANNOTATION.signature] ?? '', 'base64');
    const key = keys.find((each) => each.verify(payload, signature));
    if (key === undefined) {
      refusals.push(verify.whyNot?.(payload, signature) ?? []);
    } else {
      accepted.push({ key, digest: signedDigest(payload, `signature ${layer.digest}`) });
    }
  }
  return {
    found: signatures.length,
    ours: accepted
      .filter(({ digest }) => digest === ref.digest)
      .map(({ key }) => ({ key, form: 'classic' as const })),
    copied: accepted.map(({ digest }) => digest).filter((digest) => digest !== ref.digest),
    refusals: refusals.flat(),
  };
}

/** in-toto attestation framework v1 "Statement"; v0.1 is what cosign itself still writes. */
const StatementSchema = z.object({
  _type: z.enum(['https://in-toto.io/Statement/v1', 'https://in-toto.io/Statement/v0.1']),
  subject: z.array(z.object({ digest: z.looseObject({ sha256: z.string().optional() }) })),
  predicateType: z.string(),
  predicate: z.unknown(),
});

function toAttestation(found: FoundEnvelope, ref: DigestRef, trust: Trust): Attestation {
  const { bytes, listed, place, form } = found;
  const untrusted = { kind: 'untrusted', listed: listed ?? '', place, form } as const;
  try {
    const opened = openTrusted(bytes, trust, place);
    if (opened.kind === 'untrusted') {
      return { ...untrusted, reason: opened.reason };
    }
    const { payload, key } = opened;
    const { subject, predicateType: type, predicate } = parseJson(payload, StatementSchema, place);
    const subjects = subject.map(({ digest }) => `sha256:${digest.sha256 ?? ''}`);
    if (!subjects.includes(ref.digest)) {
      return { kind: 'foreign', type, subjects, place, form, key };
    }
    return listed === undefined || listed === type
      ? { kind: 'ours', type, predicate, place, form, key }
      : { kind: 'mistyped', type, listed, place, form, key };
  } catch (error) {
    if (error instanceof FactoryError) {
      return { ...untrusted, reason: error.message };
    }
    throw error;
  }
}
