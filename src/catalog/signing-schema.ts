import { z } from 'zod';
import type { NotationKey, Signing } from '../model/index.ts';
import { httpUrl, isoDate, kmsUri, keyName, relativePath, variableName } from './patterns.ts';

const KmsFile = z.strictObject({
  uri: kmsUri.describe('The key, as cosign names it'),
  'public-key': relativePath.describe('PEM file, relative to the catalog: what `cosign public-key` printed'),
});

const AcceptedKeyFile = z.strictObject({
  file: relativePath.describe('PEM file with a public key, relative to the catalog'),
  until: isoDate.describe('The last day on which what it signed counts'),
});

const KeylessFile = z.strictObject({
  fulcio: httpUrl.default('https://fulcio.sigstore.dev').describe('The certificate authority'),
  rekor: httpUrl.default('https://rekor.sigstore.dev').describe('The transparency log'),
  identity: z.string().min(1).describe("Who signs, as the certificate's subject says it"),
  issuer: httpUrl.describe('Who vouches for the identity: the issuer of its token'),
  'token-variable': variableName
    .default('SIGSTORE_ID_TOKEN')
    .describe('Environment variable with the identity token'),
  roots: z
    .strictObject({
      fulcio: relativePath.describe('PEM file with the certificates of the authority'),
      rekor: relativePath.describe('PEM file with the public key of the transparency log'),
      ctlog: relativePath.describe('PEM file with the public key of the certificate transparency log'),
    })
    .optional()
    .describe("Of a service of one's own; without, those of Sigstore's public one"),
});

const NotationFile = z.union(
  [
    z.strictObject({ key: keyName.describe("Name of a key in notation's own configuration") }),
    z.strictObject({
      plugin: keyName.describe('Name of a plug-in, com.amazonaws.signer.notation.plugin'),
      id: z.string().min(1).describe("Its key or profile: an ARN of AWS Signer's"),
      options: z.record(keyName, z.string()).default({}).describe('Passed to the plug-in'),
    }),
  ],
  { error: 'a "key", or a "plugin" with an "id"' },
);

/** Signatures of what a target gets. */
export type SigningFile = z.output<typeof SigningFile>;
export const SigningFile = z.strictObject({
  kms: KmsFile.optional().describe('Signs with a key in a key management service, not with the local pair'),
  'accepted-keys': z
    .array(AcceptedKeyFile)
    .default([])
    .describe('Retired keys whose signatures still count: rotation'),
  keyless: KeylessFile.optional().describe('A further signature, by a certificate for an identity'),
  notation: NotationFile.optional().describe('A further signature, by notation'),
});

export function toSigning({ kms, keyless, notation, ...file }: SigningFile): Signing {
  return {
    ...(kms && { kms: { uri: kms.uri, publicKey: kms['public-key'] } }),
    acceptedKeys: file['accepted-keys'],
    ...(keyless && { keyless: toKeyless(keyless) }),
    ...(notation && { notation: toNotation(notation) }),
  };
}

function toKeyless(file: z.output<typeof KeylessFile>): NonNullable<Signing['keyless']> {
  const { 'token-variable': tokenVariable, roots, ...keyless } = file;
  return { ...keyless, tokenVariable, ...(roots && { roots }) };
}

function toNotation(file: z.output<typeof NotationFile>): NotationKey {
  return 'key' in file ? { kind: 'key', name: file.key } : { kind: 'plugin', ...file };
}
