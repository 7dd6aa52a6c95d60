import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { FactoryError } from '../model/index.ts';
import type { Descriptor, DigestRef, Vouched } from '../model/index.ts';
import {
  ATTACHMENT_ANNOTATION,
  MAX_ATTACHMENT_BYTES,
  MEDIA_TYPE,
  envelopePayload,
  listAttached,
  listReferrers,
  openEnvelope,
  parseAnyImage,
  parseJson,
  predicateAbout,
  referenceText,
  signedDigest,
  type RegistryClient,
  type VerifySignature,
} from '../oci/index.ts';

/** A statement as the registry has it. Whoever reads the predicate sees by `verified` what it is worth. */
export interface AttestedStatement extends Vouched {
  readonly predicateType: string;
  readonly form: 'classic' | 'bundle';
  readonly predicate: unknown;
}

export interface AttestedDeps {
  readonly registry: RegistryClient;
  /** Undefined where no key is set up: everything is told, and nothing is verified. */
  readonly verify: VerifySignature | undefined;
}

const OUR_KEY = 'our key';
const ANOTHER_KEY = 'another key';
/** cosign's annotation for who signed without a key, SIGNATURE_SPEC "Properties". */
const CERTIFICATE_ANNOTATION = 'dev.sigstore.cosign/certificate';

/** Everything that is attested about one digest, or what is of these types: in cosign's classic form, then as referrers. */
export async function readStatements(
  ref: DigestRef,
  deps: AttestedDeps,
  types?: readonly string[],
): Promise<readonly AttestedStatement[]> {
  const statements: AttestedStatement[] = [];
  for (const layer of await listAttached(ref, 'att', deps.registry)) {
    const predicateType = layer.annotations?.[ATTACHMENT_ANNOTATION.predicateType] ?? '';
    if (layer.size <= MAX_ATTACHMENT_BYTES && (types === undefined || types.includes(predicateType))) {
      const bytes = await deps.registry.getBlob(ref.repository, layer.digest, MAX_ATTACHMENT_BYTES);
      const certificate = layer.annotations?.[CERTIFICATE_ANNOTATION];
      statements.push(toStatement({ ref, bytes, form: 'classic', certificate }, deps));
    }
  }
  return [...statements, ...(await bundledStatements(ref, deps, types))];
}

interface FoundEnvelope {
  readonly ref: DigestRef;
  readonly bytes: Uint8Array;
  readonly form: AttestedStatement['form'];
  /** PEM, of a signature without a key. */
  readonly certificate: string | undefined;
}

const StatementType = z.object({ predicateType: z.string().default('') });

function toStatement(found: FoundEnvelope, { verify }: AttestedDeps): AttestedStatement {
  const { ref, bytes, form, certificate } = found;
  const what = `attestation of ${referenceText(ref)}`;
  try {
    const payload = envelopePayload(bytes, what);
    const { predicateType } = parseJson(payload, StatementType, what);
    const vouched = vouchedFor(certificate, isOurs(bytes, verify));
    return { predicateType, form, ...vouched, predicate: predicateAbout(payload, { ref, predicateType }) };
  } catch (error) {
    return { predicateType: '', form, verified: false, signer: reasonOf(error), predicate: undefined };
  }
}

/** False without a key, and for an envelope that ours did not sign. */
export function isOurs(envelope: Uint8Array, verify: VerifySignature | undefined): boolean {
  if (verify === undefined) {
    return false;
  }
  try {
    openEnvelope(envelope, verify, 'attestation');
    return true;
  } catch (error) {
    reasonOf(error);
    return false;
  }
}

/** What another wrote cannot be read, or is about another image: that is told in its place. Bugs go on. */
function reasonOf(error: unknown): string {
  if (error instanceof FactoryError) {
    return error.message;
  }
  throw error;
}

export function vouchedFor(certificate: string | undefined, areOurs: boolean): Vouched {
  if (areOurs) {
    return { verified: true, signer: OUR_KEY };
  }
  return { verified: false, signer: certificate === undefined ? ANOTHER_KEY : identityIn(certificate) };
}

/** Who a certificate was given to. Whether its issuer is to be trusted is for `cosign verify` to say. */
function identityIn(certificate: string): string {
  try {
    const { subjectAltName = '' } = new X509Certificate(certificate);
    return `identity ${subjectAltName.replaceAll(/(?:email|URI):/g, '')}`;
  } catch {
    return 'a certificate that cannot be read';
  }
}

const BUNDLE_TYPE = /^application\/vnd\.dev\.sigstore\.bundle/;
const BundleSchema = z.object({
  dsseEnvelope: z.unknown(),
  verificationMaterial: z.object({ certificate: z.object({ rawBytes: z.base64() }).optional() }).optional(),
});

/** Sigstore bundles that refer to the image (cosign, BUNDLE_SPEC), as cosign 3 writes them. */
async function bundledStatements(
  ref: DigestRef,
  deps: AttestedDeps,
  types: readonly string[] | undefined,
): Promise<readonly AttestedStatement[]> {
  const statements: AttestedStatement[] = [];
  for (const referrer of await listReferrers(ref, deps.registry)) {
    for (const layer of await bundlesOf(ref, referrer, deps.registry)) {
      const bytes = await deps.registry.getBlob(ref.repository, layer.digest, MAX_ATTACHMENT_BYTES);
      const statement = fromBundle(ref, bytes, deps);
      if (types === undefined || types.includes(statement.predicateType)) {
        statements.push(statement);
      }
    }
  }
  return statements;
}

async function bundlesOf(
  { repository }: DigestRef,
  { digest }: Descriptor,
  registry: RegistryClient,
): Promise<readonly Descriptor[]> {
  const found = await registry.getManifest(repository, digest);
  const image = found === undefined ? undefined : parseAnyImage(found.bytes, `referrer ${digest}`);
  const layers = image?.kind === 'image' ? image.manifest.layers : [];
  return layers.filter(({ mediaType, size }) => BUNDLE_TYPE.test(mediaType) && size <= MAX_ATTACHMENT_BYTES);
}

function fromBundle(ref: DigestRef, bytes: Uint8Array, deps: AttestedDeps): AttestedStatement {
  const form = 'bundle';
  try {
    const { dsseEnvelope, verificationMaterial } = parseJson(bytes, BundleSchema, 'bundle');
    const der = verificationMaterial?.certificate?.rawBytes;
    const certificate =
      der === undefined ? undefined : `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`;
    return toStatement({ ref, bytes: Buffer.from(JSON.stringify(dsseEnvelope)), form, certificate }, deps);
  } catch (error) {
    return { predicateType: '', form, verified: false, signer: reasonOf(error), predicate: undefined };
  }
}

/** Who signed this digest, in cosign's classic form. */
export async function readSignatures(
  ref: DigestRef,
  { registry, verify }: AttestedDeps,
): Promise<readonly Vouched[]> {
  const signatures: Vouched[] = [];
  for (const layer of await listAttached(ref, 'sig', registry)) {
    if (layer.mediaType !== MEDIA_TYPE.simpleSigning || layer.size > MAX_ATTACHMENT_BYTES) {
      continue;
    }
    const payload = await registry.getBlob(ref.repository, layer.digest, MAX_ATTACHMENT_BYTES);
    const signature = Buffer.from(layer.annotations?.[ATTACHMENT_ANNOTATION.signature] ?? '', 'base64');
    const areOurs =
      verify?.(payload, signature) === true &&
      signedDigest(payload, `signature of ${referenceText(ref)}`) === ref.digest;
    signatures.push(vouchedFor(layer.annotations?.[CERTIFICATE_ANNOTATION], areOurs));
  }
  return signatures;
}
