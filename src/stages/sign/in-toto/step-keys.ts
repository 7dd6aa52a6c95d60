import { generateKeyPair, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { PIPELINE_STEPS } from './layout.ts';
import type { PipelineStep } from './layout.ts';
import { publicKeyOf } from './metadata.ts';
import type { MetadataSigner } from './metadata.ts';

export type StepSigners = Readonly<Record<PipelineStep, MetadataSigner>>;

/**
 * A key for each step of one image's way, in memory alone and gone with the run: the layout, which the owner's key
 * signs, says what they were good for, and nobody can sign another link with them later.
 */
export async function makeStepKeys(): Promise<StepSigners> {
  const signers = {} as Record<PipelineStep, MetadataSigner>;
  for (const step of PIPELINE_STEPS) {
    signers[step] = await makeSigner();
  }
  return signers;
}

async function makeSigner(): Promise<MetadataSigner> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'prime256v1' });
  return {
    key: publicKeyOf(publicKey.export({ type: 'spki', format: 'pem' }).toString()),
    signer: { sign: (bytes) => Promise.resolve(sign('sha256', bytes, privateKey)) },
  };
}
