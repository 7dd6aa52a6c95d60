import { z } from 'zod';
import { FactoryError } from '../../../model/index.ts';
import { parseJson } from '../../../oci/index.ts';
import type { VerifySignature } from '../../../oci/index.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Json } from './canonical-json.ts';
import { signMetadata } from './metadata.ts';
import type { MetadataFile, MetadataSigner } from './metadata.ts';
import { LAYOUT_FILE } from './pipeline-metadata.ts';

const JsonValue: z.ZodType<Json> = z.lazy(() =>
  z.union([z.string(), z.int(), z.boolean(), z.null(), z.array(JsonValue), z.record(z.string(), JsonValue)]),
);
const MetadataSchema = z.object({
  signatures: z.array(z.object({ sig: z.hex() })),
  signed: JsonValue,
});

/**
 * The files with the layout signed by today's key, if one in force has signed it. Links stay as they are: the keys they
 * were signed with are those that the layout names.
 */
export async function signLayoutAnew(
  files: readonly MetadataFile[],
  owner: MetadataSigner,
  accepts: VerifySignature,
): Promise<readonly MetadataFile[]> {
  const anew: MetadataFile[] = [];
  for (const file of files) {
    anew.push(file.name === LAYOUT_FILE ? await signAnew(file, owner, accepts) : file);
  }
  return anew;
}

async function signAnew(
  { name, text }: MetadataFile,
  owner: MetadataSigner,
  accepts: VerifySignature,
): Promise<MetadataFile> {
  const { signatures, signed } = parseJson(Buffer.from(text), MetadataSchema, 'in-toto layout');
  const bytes = Buffer.from(canonicalJson(signed));
  if (!signatures.some(({ sig }) => accepts(bytes, Buffer.from(sig, 'hex')))) {
    throw new FactoryError(
      'SIGNATURE_INVALID',
      'cannot sign in-toto layout anew: no key in force signed it',
      {
        hint: 'see who else can write to this repository; a build of the image replaces it',
      },
    );
  }
  return { name, text: await signMetadata(signed, owner) };
}
