import { createHash, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { rootVariables } from '../../src/cli/root-variables.ts';
import type { Keyless } from '../../src/model/index.ts';
import { serveHttp } from './http-server.ts';
import {
  certificateContent,
  certificateInstance,
  der,
  extension,
  keyPair,
  oid,
  sequence,
  signedCertificate,
  toCertificate,
} from './network/certificates.ts';

/** Fulcio and Rekor on one address, as far as cosign speaks to them; anybody gets a certificate for one identity. */
export interface TestSigstore {
  readonly url: string;
  /** PEM: what verifies trust. */
  readonly roots: { readonly fulcio: string; readonly rekor: string; readonly ctlog: string };
  /** Tokens that certificates were asked for with. */
  readonly tokens: readonly string[];
}

export interface SigstoreOptions {
  readonly identity: string;
  readonly issuer: string;
}

interface Keys {
  readonly authority: ReturnType<typeof keyPair>;
  readonly rekor: ReturnType<typeof keyPair>;
  readonly ctlog: ReturnType<typeof keyPair>;
}

const AUTHORITY = 'Test Fulcio';

/** Object identifiers in DER: RFC 5280, RFC 6962, and Fulcio's own (docs/oid-info.md of it). */
const BASIC_CONSTRAINTS = '551d13';
const KEY_USAGE = '551d0f';
const EXTENDED_KEY_USAGE = '551d25';
const SUBJECT_ALT_NAME = '551d11';
const CODE_SIGNING = '2b06010505070303';
const FULCIO_ISSUER = '2b0601040183bf300101';
const SCT_LIST = '2b06010401d679020402';

export async function serveSigstore(options: SigstoreOptions): Promise<TestSigstore> {
  const keys = { authority: keyPair(), rekor: keyPair(), ctlog: keyPair() };
  const root = toCertificate({
    subject: AUTHORITY,
    issuer: AUTHORITY,
    publicKey: keys.authority.publicKey,
    signer: keys.authority.privateKey,
    days: 2,
    extensions: [
      extension(BASIC_CONSTRAINTS, sequence(der(0x01, Buffer.from([0xff]))), true),
      extension(KEY_USAGE, der(0x03, Buffer.from([0x01, 0x06])), true),
    ],
  });
  const tokens: string[] = [];
  const { url } = await serveHttp((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8') || 'null');
      if (request.url === '/api/v1/signingCert') {
        tokens.push(String(request.headers.authorization).replace('Bearer ', ''));
        response.writeHead(201, { 'content-type': 'application/pem-certificate-chain' });
        response.end(`${issueCertificate(body, keys, options)}${root}`);
      } else if (request.url === '/api/v1/log/entries') {
        response.writeHead(201, { 'content-type': 'application/json' });
        response.end(JSON.stringify(logEntry(body, keys.rekor)));
      } else {
        response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
      }
    });
  });
  return {
    url,
    roots: { fulcio: root, rekor: pem(keys.rekor.publicKey), ctlog: pem(keys.ctlog.publicKey) },
    tokens,
  };
}

const CertificateRequest = z.object({ publicKey: z.object({ content: z.base64() }) });

/** With the promise of the certificate log in it, which covers the certificate without that promise. */
function issueCertificate(body: unknown, keys: Keys, { identity, issuer }: SigstoreOptions): string {
  const { content } = CertificateRequest.parse(body).publicKey;
  const base = {
    subject: '',
    issuer: AUTHORITY,
    publicKey: createPublicKey(Buffer.from(content, 'base64')),
    signer: keys.authority.privateKey,
    days: 1,
    extensions: [
      extension(KEY_USAGE, der(0x03, Buffer.from([0x07, 0x80])), true),
      extension(EXTENDED_KEY_USAGE, sequence(oid(CODE_SIGNING))),
      extension(SUBJECT_ALT_NAME, sequence(der(0x86, Buffer.from(identity))), true),
      extension(FULCIO_ISSUER, Buffer.from(issuer)),
    ],
  };
  // both of one second: the promise covers the dates
  const instance = certificateInstance();
  const promise = promiseOf(certificateContent(base, instance), keys);
  const list = withLength(withLength(promise, 2), 2);
  const extensions = [...base.extensions, extension(SCT_LIST, der(0x04, list))];
  return signedCertificate(certificateContent({ ...base, extensions }, instance), base.signer);
}

/** RFC 6962, section 3.2: a SignedCertificateTimestamp of a precertificate. */
function promiseOf(content: Buffer, { authority, ctlog }: Keys): Buffer {
  const timestamp = Buffer.alloc(8);
  timestamp.writeBigUInt64BE(BigInt(Date.now()));
  const signed = Buffer.concat([
    Buffer.from([0, 0]), // version 1, certificate_timestamp
    timestamp,
    Buffer.from([0, 1]), // precert_entry
    sha256(spki(authority.publicKey)),
    withLength(content, 3),
    Buffer.from([0, 0]), // no extensions
  ]);
  const signature = sign('sha256', signed, ctlog.privateKey);
  return Buffer.concat([
    Buffer.from([0]),
    sha256(spki(ctlog.publicKey)),
    timestamp,
    Buffer.from([0, 0, 4, 3]), // no extensions; SHA-256, ECDSA
    withLength(signature, 2),
  ]);
}

/** Rekor's answer: the entry as it came, and the log's signature of when it came. */
function logEntry(proposed: unknown, { privateKey, publicKey }: Keys['rekor']): object {
  const entry = {
    body: Buffer.from(JSON.stringify(proposed)).toString('base64'),
    integratedTime: Math.floor(Date.now() / 1000),
    logID: sha256(spki(publicKey)).toString('hex'),
    logIndex: 1,
  };
  // its keys stand in the order that RFC 8785 wants
  const signedEntryTimestamp = sign('sha256', Buffer.from(JSON.stringify(entry)), privateKey);
  const uuid = sha256(Buffer.from(entry.body)).toString('hex');
  return {
    [uuid]: { ...entry, verification: { signedEntryTimestamp: signedEntryTimestamp.toString('base64') } },
  };
}

function withLength(bytes: Buffer, width: number): Buffer {
  const length = Buffer.alloc(width);
  length.writeUIntBE(bytes.length, 0, width);
  return Buffer.concat([length, bytes]);
}

function spki(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

function pem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** An identity token that nobody has signed: what Fulcio would check is not checked here. */
export function identityToken({ identity, issuer }: SigstoreOptions): string {
  const soon = Math.floor(Date.now() / 1000) + 600;
  const parts = [
    { alg: 'RS256', typ: 'JWT' },
    { iss: issuer, sub: identity, aud: 'sigstore', exp: soon, iat: soon - 600 },
  ];
  return [...parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')), 'c2ln'].join('.');
}

/** A service that runs, as a target of a catalog names it, and what cosign is told of it. */
export interface KeylessService {
  readonly sigstore: TestSigstore;
  readonly token: string;
  readonly keyless: Keyless;
  /** Where the roots are. */
  readonly roots: Readonly<Record<string, string>>;
}

export async function serveKeyless(folder: string): Promise<KeylessService> {
  const identity = 'https://ci.example.com/golden/nightly';
  const issuer = 'https://token.example.com';
  const sigstore = await serveSigstore({ identity, issuer });
  const files = { fulcio: 'fulcio.pem', rekor: 'rekor.pem', ctlog: 'ctlog.pem' };
  for (const name of ['fulcio', 'rekor', 'ctlog'] as const) {
    await writeFile(path.join(folder, files[name]), sigstore.roots[name]);
  }
  const { url } = sigstore;
  return {
    sigstore,
    token: identityToken({ identity, issuer }),
    keyless: { fulcio: url, rekor: url, identity, issuer, tokenVariable: 'TOKEN', roots: files },
    roots: rootVariables(files, folder),
  };
}
