import { z } from 'zod';
import { FactoryError } from '../model/index.ts';
import { parseJson } from './schema.ts';

/** ECDSA P-256 over SHA-256, DER encoded: what cosign makes with a key pair. */
export interface ImageSigner {
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** Says whether a key that we trust today made this signature. */
export interface VerifySignature {
  (bytes: Uint8Array, signature: Uint8Array): boolean;
  /** What a person should know about one that does not count; undefined where there is nothing to say. */
  readonly whyNot?: (bytes: Uint8Array, signature: Uint8Array) => string | undefined;
}

/** `payloadType` of in-toto statements. */
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

const EnvelopeSchema = z.object({
  payloadType: z.literal(PAYLOAD_TYPE),
  payload: z.base64(),
  signatures: z.array(z.object({ sig: z.base64() })).min(1),
});

/** DSSE v1 envelope (github.com/secure-systems-lab/dsse) as cosign writes it: `keyid` stays empty. */
export async function signEnvelope(payload: Uint8Array, signer: ImageSigner): Promise<Uint8Array> {
  const signature = await signer.sign(preAuthEncoding(payload));
  const envelope = {
    payloadType: PAYLOAD_TYPE,
    payload: Buffer.from(payload).toString('base64'),
    signatures: [{ keyid: '', sig: Buffer.from(signature).toString('base64') }],
  };
  return Buffer.from(JSON.stringify(envelope));
}

/** The payload, if our key signed it. `what` names the envelope in messages. */
export function openEnvelope(bytes: Uint8Array, verify: VerifySignature, what: string): Uint8Array {
  const envelope = parseJson(bytes, EnvelopeSchema, what);
  const payload = Buffer.from(envelope.payload, 'base64');
  const signed = preAuthEncoding(payload);
  const signatures = envelope.signatures.map(({ sig }) => Buffer.from(sig, 'base64'));
  if (!signatures.some((signature) => verify(signed, signature))) {
    const [reason] = signatures.flatMap((signature) => verify.whyNot?.(signed, signature) ?? []);
    throw untrusted(what, reason);
  }
  return payload;
}

/** Signed by a key that was ours, and does not count any more. */
export class RetiredKeyError extends FactoryError {
  override readonly name = 'RetiredKeyError';
  /** `its key "keys/2025.pub" was accepted until 2025-12-31` */
  readonly reason: string;

  constructor(what: string, reason: string) {
    super('SIGNATURE_INVALID', `cannot trust ${what}: ${reason}`, {
      hint: 'set a later "until" in catalog.json and run `ingot nightly`: it signs what is published with the new key',
    });
    this.reason = reason;
  }
}

function untrusted(what: string, reason: string | undefined): FactoryError {
  return reason === undefined
    ? new FactoryError('SIGNATURE_INVALID', `cannot trust ${what}: it is not signed by our key`, {
        hint: 'bring the key that made it: restore the pair, name a replaced one in "accepted-keys", or give --key FILE; else see who can write to this repository',
      })
    : new RetiredKeyError(what, reason);
}

/** The payload without looking at signatures: for comparing what an independent verifier has accepted. */
export function envelopePayload(bytes: Uint8Array, what: string): Uint8Array {
  return Buffer.from(parseJson(bytes, EnvelopeSchema, what).payload, 'base64');
}

/** DSSE protocol "Signature Definition": PAE binds the type to the payload. */
function preAuthEncoding(payload: Uint8Array): Uint8Array {
  const header = `DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `;
  return Buffer.concat([Buffer.from(header), payload]);
}
