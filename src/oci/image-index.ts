import canonicalize from 'canonicalize';
import { InternalError } from '../model/index.ts';
import type { Descriptor } from '../model/index.ts';
import { sha256Of } from './digest.ts';
import { MEDIA_TYPE } from './media-types.ts';

/** An index as it is stored, and the descriptor that names it. */
export interface BuiltIndex {
  readonly bytes: Uint8Array;
  readonly descriptor: Descriptor;
}

/**
 * The index over platform manifests. Canonical JSON (RFC 8785) and a fixed order of platforms:
 * the same manifests and annotations give the same digest on every machine.
 */
export function buildIndex(
  manifests: readonly Descriptor[],
  annotations: Readonly<Record<string, string>>,
): BuiltIndex {
  const sorted = [...manifests].sort((a, b) => compareText(platformKey(a), platformKey(b)));
  const text = canonicalize({
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.index,
    manifests: sorted,
    ...(Object.keys(annotations).length > 0 && { annotations }),
  });
  if (text === undefined) {
    throw new InternalError('an index without JSON');
  }
  const bytes = Buffer.from(text);
  return { bytes, descriptor: { mediaType: MEDIA_TYPE.index, digest: sha256Of(bytes), size: bytes.length } };
}

function platformKey(descriptor: Descriptor): string {
  const { platform } = descriptor;
  return `${platform?.os ?? ''}/${platform?.architecture ?? ''}/${platform?.variant ?? ''} ${descriptor.digest}`;
}

/** By code unit, so that no locale has a say. */
function compareText(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
