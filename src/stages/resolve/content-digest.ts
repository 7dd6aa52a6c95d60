import type { ContentDigest } from '../../host/content-cache.ts';
import type { Sha256 } from '../../model/index.ts';
import { hexOf } from '../../oci/index.ts';

export { digestOfIntegrity, INTEGRITY, integrityOf } from '../../sources/index.ts';

export function digestOf(sha256: Sha256): ContentDigest {
  return { algorithm: 'sha256', hex: hexOf(sha256) };
}
