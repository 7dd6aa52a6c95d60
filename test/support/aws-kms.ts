import { createECDH, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { createAuthority } from './network/certificates.ts';

/** A key management service with one key, which speaks the AWS API as far as cosign asks it. */
export interface TestKms {
  /** As cosign names the key. */
  readonly uri: string;
  readonly publicKey: KeyObject;
  /** PEM of the authority that its certificate is from. */
  readonly authority: string;
  /** What was called, `Sign`. */
  readonly calls: readonly string[];
}

const KEY_ID = 'arn:aws:kms:eu-west-1:111122223333:key/golden';
const SignRequest = z.object({
  Message: z.base64(),
  MessageType: z.literal('DIGEST'),
  SigningAlgorithm: z.literal('ECDSA_SHA_256'),
});

export async function serveAwsKms(): Promise<TestKms> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const authority = createAuthority();
  const { certificate, key } = authority.issue('localhost');
  const calls: string[] = [];
  const server = createServer({ cert: certificate, key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const action = String(request.headers['x-amz-target']).replace('TrentService.', '');
      calls.push(action);
      const answer = answerTo(action, Buffer.concat(chunks).toString('utf8'), { privateKey, publicKey });
      response.writeHead(answer === undefined ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(answer ?? { __type: 'NotFoundException' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return {
    uri: `awskms://localhost:${port}/alias/golden`,
    publicKey,
    authority: authority.certificate,
    calls,
  };
}

function answerTo(
  action: string,
  body: string,
  { privateKey, publicKey }: { readonly privateKey: KeyObject; readonly publicKey: KeyObject },
): object | undefined {
  const common = { KeyId: KEY_ID, KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' };
  switch (action) {
    case 'DescribeKey':
      return { KeyMetadata: { ...common, SigningAlgorithms: ['ECDSA_SHA_256'], Enabled: true } };
    case 'GetPublicKey':
      return {
        ...common,
        CustomerMasterKeySpec: 'ECC_NIST_P256',
        SigningAlgorithms: ['ECDSA_SHA_256'],
        PublicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      };
    case 'Sign': {
      const { Message, SigningAlgorithm } = SignRequest.parse(JSON.parse(body));
      const signature = signDigest(Buffer.from(Message, 'base64'), privateKey);
      return { KeyId: KEY_ID, SigningAlgorithm, Signature: signature.toString('base64') };
    }
    default:
      return undefined;
  }
}

/** Order of P-256's group, FIPS 186-4 D.1.2.3. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** ECDSA over a digest, FIPS 186-4 section 6.4: node:crypto only signs what it digests itself. */
function signDigest(digest: Buffer, privateKey: KeyObject): Buffer {
  const once = createECDH('prime256v1');
  once.generateKeys();
  const r = toNumber(once.getPublicKey().subarray(1, 33)) % ORDER;
  const d = toNumber(Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url'));
  const s = (inverse(toNumber(once.getPrivateKey())) * (toNumber(digest) + r * d)) % ORDER;
  const body = Buffer.concat([integer(r), integer(s)]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

/** Fermat: the order is a prime. */
function inverse(value: bigint): bigint {
  let result = 1n;
  let base = value % ORDER;
  for (let exponent = ORDER - 2n; exponent > 0n; exponent >>= 1n) {
    result = (exponent & 1n) === 1n ? (result * base) % ORDER : result;
    base = (base * base) % ORDER;
  }
  return result;
}

function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

function integer(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  const positive = (bytes[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
  return Buffer.concat([Buffer.from([0x02, positive.length]), positive]);
}
