import { z } from 'zod';
import type { Sha256 } from '../model/index.ts';
import { sha256Of } from '../oci/index.ts';
import type { PackagesScan, ProvidesField } from './packages-scan.ts';

/** Numbers in base64, as they are in memory of this machine; fields a line each. */
const KeptSchema = z.strictObject({
  /** Digest of the Packages file. */
  index: z.string(),
  hashes: z.base64(),
  places: z.base64(),
  provides: z.string(),
  essential: z.string(),
});

const NEWLINE = '\n';
const BETWEEN = '\t';

/** What was found in an index, for later runs that read the very same one. */
export function scanText({ names, provides, essential }: PackagesScan, index: Sha256): string {
  const body = JSON.stringify({
    index,
    hashes: toBase64(names.hashes),
    places: toBase64(names.places),
    provides: provides.map(({ owner, value }) => `${owner}${BETWEEN}${value}`).join(NEWLINE),
    essential: essential.join(NEWLINE),
  } satisfies z.infer<typeof KeptSchema>);
  return `${sha256Of(body)}${NEWLINE}${body}`;
}

/** Undefined for what is damaged, of another index, or written by another version: it is scanned anew. */
export function parseScan(text: string | undefined, index: Sha256): PackagesScan | undefined {
  const [digest = '', body = ''] = text?.split(NEWLINE, 2) ?? [];
  const kept = sha256Of(body) === digest ? KeptSchema.safeParse(JSON.parse(body)).data : undefined;
  return kept?.index === index ? toScan(kept) : undefined;
}

function toScan(kept: z.infer<typeof KeptSchema>): PackagesScan {
  return {
    names: {
      hashes: new Uint32Array(toBuffer(kept.hashes)),
      places: new Float64Array(toBuffer(kept.places)),
    },
    provides: linesOf(kept.provides).map(toProvides),
    essential: linesOf(kept.essential),
  };
}

function toProvides(line: string): ProvidesField {
  const end = line.indexOf(BETWEEN);
  return { owner: line.slice(0, end), value: line.slice(end + 1) };
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(NEWLINE);
}

function toBase64({ buffer, byteOffset, byteLength }: Uint32Array | Float64Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** A copy of its own: what Buffer gives out may begin anywhere in a larger one. */
function toBuffer(base64: string): ArrayBuffer {
  return Uint8Array.from(Buffer.from(base64, 'base64')).buffer;
}
